package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where things are in the staging volume.
 *
 * @param cold below {@code published}, by a name that no file has, so that nginx finds it
 * @param ownCold where earlier versions kept cold files
 */
record Layout(
    Path published,
    Path own,
    Path incoming,
    Path pendingPut,
    Path pendingDelete,
    Path cold,
    Path ownCold,
    Path lockFile,
    Path epochFile,
    Path stoppedFile) {
  /** What no stored name is. */
  static final String COLD = ".cold";

  static Layout of(Path volume, String sidecar) {
    Path own = volume.resolve(sidecar);
    Path pending = own.resolve("pending");
    Path published = volume.resolve("published");
    return new Layout(
        published,
        own,
        own.resolve("incoming"),
        pending.resolve("put"),
        pending.resolve("delete"),
        published.resolve(COLD),
        own.resolve("cold"),
        own.resolve("lock"),
        own.resolve("epoch"),
        own.resolve("stopped"));
  }

  void create(Disk disk) throws IOException {
    for (Path dir : new Path[] {published, incoming, pendingPut, pendingDelete}) {
      disk.createDirectories(dir);
    }
    disk.createLikeParent(cold);
  }
}
