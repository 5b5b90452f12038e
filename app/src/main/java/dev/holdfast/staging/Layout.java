package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where things are in the staging volume.
 *
 * @param epochs a directory for the published files of each epoch
 * @param published the one of the present epoch: nginx reaches it and no other
 * @param large below {@code published}, by a name that no file has: the published files that are
 *     longer than {@link PublishedPath#SMALL_BYTES_MAX}
 * @param cold below {@code published}, too: the cold files
 * @param writes the entries, a file a write that is pending or kept
 * @param use below {@code published}, too: an empty directory that says that this sidecar uses it
 * @param ownCold where earlier versions kept cold files
 * @param bootFile which start of the kernel what is kept was confirmed under
 */
record Layout(
    Path epochs,
    Path published,
    Path own,
    Path incoming,
    Path writes,
    Path large,
    Path cold,
    Path use,
    Path ownCold,
    Path lockFile,
    Path epochFile,
    Path bootFile,
    Path versionsFile,
    Path stoppedFile) {
  /** The directory of large files; it is called by no stored name. */
  static final String LARGE = ".large";

  /** The directory of cold files; it is called by no stored name. */
  static final String COLD = ".cold";

  /** The directories of files below that of an epoch. */
  static final List<String> WITHIN = List.of(LARGE, COLD);

  /** The directory of entries, in a sidecar's own directory. */
  static final String WRITES = "writes";

  /**
   * @param epoch what the published files are valid under; names their directory
   */
  static Layout of(Path volume, String sidecar, String epoch) {
    Path own = volume.resolve(sidecar);
    Path epochs = volume.resolve("published");
    Path published = epochs.resolve(epoch);
    return new Layout(
        epochs,
        published,
        own,
        own.resolve("incoming"),
        own.resolve(WRITES),
        published.resolve(LARGE),
        published.resolve(COLD),
        published.resolve(use(sidecar)),
        own.resolve("cold"),
        own.resolve("lock"),
        own.resolve("epoch"),
        own.resolve("boot"),
        own.resolve("versions"),
        own.resolve("stopped"));
  }

  /** The directories of the halves of the write-ahead log. */
  static List<Path> logs(Path own) {
    return List.of(own.resolve("write-log-a"), own.resolve("write-log-b"));
  }

  void create(Disk disk) throws IOException {
    for (Path dir : new Path[] {epochs, incoming, writes}) {
      disk.createDirectories(dir);
    }
    for (Path shared : new Path[] {published, use, large, cold}) {
      disk.createLikeParent(shared);
    }
  }

  /** Returns true if an entry of {@code published} is ours and no file that nginx serves. */
  static boolean isAside(String entry) {
    return entry.startsWith(".");
  }

  /** The directory that says, among published files, that a sidecar uses them. */
  private static String use(String sidecar) {
    return "." + sidecar;
  }
}
