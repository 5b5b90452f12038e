package dev.holdfast.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Forces one directory for many writers. Writers that ask while a force runs share the next one.
 *
 * <p>Threading: may be used from any number of threads. {@code forcing} is held during a force and
 * is taken before {@code joining}, never after it.
 */
public final class GroupCommit {
  private final Disk disk;
  private final Path dir;
  private final ReentrantLock forcing = new ReentrantLock();
  private final ReentrantLock joining = new ReentrantLock();
  private Round next = new Round(); // guarded by joining

  public GroupCommit(Disk disk, Path dir) {
    this.disk = disk;
    this.dir = dir;
  }

  /**
   * Returns when all changes of the directory's entries before the call are forced.
   *
   * @throws IOException if the force failed; all writers that shared it get this
   */
  public void force() throws IOException {
    Round mine = join();
    forcing.lock();
    try {
      if (!mine.over) {
        begin();
        mine.over = true;
        try {
          disk.forceDirectory(dir);
        } catch (IOException | RuntimeException e) {
          mine.failure = e;
        }
      }
      if (mine.failure != null) {
        throw new IOException("cannot force directory " + dir, mine.failure);
      }
    } finally {
      forcing.unlock();
    }
  }

  private Round join() {
    joining.lock();
    try {
      return next;
    } finally {
      joining.unlock();
    }
  }

  /** Closes the round that is about to be forced. Later writers join the next one. */
  private void begin() {
    joining.lock();
    try {
      next = new Round();
    } finally {
      joining.unlock();
    }
  }

  /** One force and the writers that share it. Guarded by {@code forcing}. */
  private static final class Round {
    boolean over;
    Exception failure;
  }
}
