package dev.holdfast.files;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Disks that do the right steps in a wrong way: the mistakes that the crash test must find. */
final class BuggyDisks {
  private BuggyDisks() {}

  static Disk withoutDirectoryForce(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public void forceDirectory(Path dir) {}
    };
  }

  static Disk publishingBeforePending(Disk disk, Function<String, Path> published) {
    return new ForwardingDisk(disk) {
      @Override
      public void rename(Path from, Path to) throws IOException {
        if (to.getParent().endsWith("pending/put")) {
          Path temporary = from.resolveSibling("early");
          link(temporary, from);
          super.rename(temporary, published.apply(to.getFileName().toString()));
        }
        super.rename(from, to);
      }
    };
  }

  static Disk removingPutBeforeMarkingDelete(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public NewFile create(Path file) throws IOException {
        if (file.getParent().endsWith("pending/delete")) {
          Path puts = file.getParent().resolveSibling("put");
          delete(puts.resolve(file.getFileName()));
          forceDirectory(puts);
        }
        return super.create(file);
      }
    };
  }
}
