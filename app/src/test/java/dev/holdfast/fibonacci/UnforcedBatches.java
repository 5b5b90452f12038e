package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.nio.file.Path;

/** A disk that forces no batch of a record log. */
final class UnforcedBatches extends ForwardingDisk {
  UnforcedBatches(Disk disk) {
    super(disk);
  }

  @Override
  public NewFile create(Path file) throws IOException {
    NewFile right = super.create(file);
    boolean isSnapshot = file.getFileName().toString().equals("new");
    return !isSnapshot
        ? right
        : new ForwardingFile(right) {
          private boolean forced;

          @Override
          public void force() throws IOException {
            if (!forced) { // the snapshot of the start, and no batch
              super.force();
            }
            forced = true;
          }
        };
  }
}
