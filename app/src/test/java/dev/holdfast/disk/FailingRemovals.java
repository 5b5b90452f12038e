package dev.holdfast.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk that fails to force removals. When a test tells it to, it removes the next file from a
 * directory of the given kind, and then fails once to force that directory.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FailingRemovals extends ForwardingDisk {
  /** The end of the directory with which it fails; empty for none. Guarded by this. */
  private String kind = "";

  /** The directory that lost a file; null as long as none has. Guarded by this. */
  private Path removedFrom;

  public FailingRemovals(Disk disk) {
    super(disk);
  }

  /** Makes the disk fail once with directories that end in this. */
  public synchronized void failOnce(String kindOfDirectory) {
    kind = kindOfDirectory;
    removedFrom = null;
  }

  /** Returns true if it has failed since the last call of {@link #failOnce}. */
  public synchronized boolean hasFailed() {
    return kind.isEmpty();
  }

  @Override
  public synchronized boolean delete(Path file) throws IOException {
    boolean deleted = super.delete(file);
    if (deleted && !kind.isEmpty() && file.getParent().endsWith(kind)) {
      removedFrom = file.getParent();
    }
    return deleted;
  }

  @Override
  public void forceDirectory(Path dir) throws IOException {
    synchronized (this) {
      if (dir.equals(removedFrom)) {
        removedFrom = null;
        kind = "";
        throw new IOException("Input/output error");
      }
    }
    super.forceDirectory(dir);
  }
}
