package dev.holdfast.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A full disk that fails at one kind of step: {@code create}, {@code rename}, {@code link}, {@code
 * force} of a directory, or {@code file}, the force of a file.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FullDisk extends ForwardingDisk {
  private volatile String fullAt = "nowhere";
  private volatile String reason = "No space left on device";

  public FullDisk(Disk disk) {
    super(disk);
  }

  /** Makes it fail at this kind of step from now on. Any other word stands for none. */
  public void fullAt(String step) {
    fullAt = step;
  }

  /** Makes it fail with this message from now on. */
  public void saying(String message) {
    reason = message;
  }

  @Override
  public NewFile create(Path file) throws IOException {
    fail("create");
    return new ForwardingFile(super.create(file)) {
      @Override
      public void force() throws IOException {
        fail("file");
        super.force();
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    fail("rename");
    super.rename(from, to);
  }

  @Override
  public void forceDirectory(Path dir) throws IOException {
    fail("force");
    super.forceDirectory(dir);
  }

  @Override
  public void link(Path name, Path existing) throws IOException {
    fail("link");
    super.link(name, existing);
  }

  private void fail(String step) throws IOException {
    if (step.equals(fullAt)) {
      throw new IOException(reason);
    }
  }
}
