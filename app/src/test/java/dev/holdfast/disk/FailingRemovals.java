package dev.holdfast.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk that fails to force removals: when told to, it removes the next file from a directory of
 * the given kind, and then fails once to force that directory.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FailingRemovals extends ForwardingDisk {
  /** Where it is to fail; empty for nowhere. Guarded by this. */
  private String kind = "";

  /** What was removed from it; null for nothing yet. Guarded by this. */
  private Path removedFrom;

  public FailingRemovals(Disk disk) {
    super(disk);
  }

  /** Fails once with directories that end in this. */
  public synchronized void failOnce(String kindOfDirectory) {
    kind = kindOfDirectory;
    removedFrom = null;
  }

  /** Whether it has failed since it was told to. */
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
