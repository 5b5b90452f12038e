package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Where things are in the staging volume. */
record Layout(
    Path published,
    Path own,
    Path incoming,
    Path pendingPut,
    Path pendingDelete,
    Path cold,
    Path lockFile,
    Path epochFile,
    Path stoppedFile) {

  static Layout of(Path volume, String sidecar) {
    Path own = volume.resolve(sidecar);
    Path pending = own.resolve("pending");
    return new Layout(
        volume.resolve("published"),
        own,
        own.resolve("incoming"),
        pending.resolve("put"),
        pending.resolve("delete"),
        own.resolve("cold"),
        own.resolve("lock"),
        own.resolve("epoch"),
        own.resolve("stopped"));
  }

  void create(Disk disk) throws IOException {
    for (Path dir : new Path[] {published, incoming, pendingPut, pendingDelete, cold}) {
      disk.createDirectories(dir);
    }
  }
}
