package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where things are in the staging volume.
 *
 * @param cold below {@code published}, by a name that no file has, so that nginx finds it
 * @param writes the entries, a file a write that is pending or kept
 * @param ownCold where earlier versions kept cold files
 * @param bootFile which start of the kernel what is kept was confirmed under
 */
record Layout(
    Path published,
    Path own,
    Path incoming,
    Path writes,
    Path cold,
    Path ownCold,
    Path lockFile,
    Path epochFile,
    Path bootFile,
    Path versionsFile,
    Path stoppedFile) {
  /** What no stored name is. */
  static final String COLD = ".cold";

  /** The directory of entries, in a sidecar's own directory. */
  static final String WRITES = "writes";

  static Layout of(Path volume, String sidecar) {
    Path own = volume.resolve(sidecar);
    Path published = volume.resolve("published");
    return new Layout(
        published,
        own,
        own.resolve("incoming"),
        own.resolve(WRITES),
        published.resolve(COLD),
        own.resolve("cold"),
        own.resolve("lock"),
        own.resolve("epoch"),
        own.resolve("boot"),
        own.resolve("versions"),
        own.resolve("stopped"));
  }

  void create(Disk disk) throws IOException {
    for (Path dir : new Path[] {published, incoming, writes}) {
      disk.createDirectories(dir);
    }
    disk.createLikeParent(cold);
  }
}
