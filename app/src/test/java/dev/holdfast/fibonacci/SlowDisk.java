package dev.holdfast.fibonacci;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A disk that counts file forces, and can hold them or make them fail. */
final class SlowDisk extends ForwardingDisk {
  final AtomicInteger forces = new AtomicInteger();
  final Semaphore held = new Semaphore(0); // a permit for each force that is or was held
  final Semaphore letGo = new Semaphore(0); // gets a permit for each force that may go on
  volatile boolean holding;
  volatile boolean failing;
  volatile boolean failingDirectories;
  volatile boolean failingUnchecked; // in every force
  volatile boolean failingLists; // unchecked

  SlowDisk(Disk disk) {
    super(disk);
  }

  @Override
  public void forceDirectory(Path dir) throws IOException {
    if (failingDirectories) {
      throw new IOException("no more directories");
    }
    super.forceDirectory(dir);
  }

  @Override
  public void list(Path dir, Consumer<String> fileName) throws IOException {
    if (failingLists) {
      throw new IllegalStateException("no more lists");
    }
    super.list(dir, fileName);
  }

  @Override
  public NewFile create(Path path) throws IOException {
    return new ForwardingFile(super.create(path)) {
      @Override
      public void force() throws IOException {
        forces.incrementAndGet();
        if (holding) {
          held.release();
          awaitLetGo();
        }
        if (failingUnchecked) {
          throw new IllegalStateException("no more disk, unexpectedly");
        }
        if (failing) {
          throw new IOException("no more disk");
        }
        super.force();
      }
    };
  }

  private void awaitLetGo() throws IOException {
    try {
      letGo.acquire();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
