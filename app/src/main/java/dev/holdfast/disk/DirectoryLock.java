package dev.holdfast.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock of a directory that one process has alone, for as long as it lives, and that others read
 * when it is dead. Readers share it.
 *
 * <p>The file has two places to lock. Whoever wants the directory alone locks the gate first, and
 * keeps it: then no further reader comes in, and those that are inside leave.
 *
 * <p>The end of a process gives its locks back, and so does closing any channel of the file in this
 * process (POSIX, fcntl). So a process never opens the file twice: a map has those that are open.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class DirectoryLock implements Closeable {
  private static final String FILE = "lock";
  private static final long GATE = 1;
  private static final long DIRECTORY = 0;
  private static final long POLL_MS = 10;

  /** The lock files that this process has open, by their real paths. */
  private static final Map<Path, Open> OPEN = new HashMap<>(); // guarded by itself

  private final Path file;

  /** A lock file that is open here. */
  private static final class Open {
    final FileChannel channel;
    final boolean isAlone;
    int holders = 1; // guarded by OPEN

    Open(FileChannel channel, boolean isAlone) {
      this.channel = channel;
      this.isAlone = isAlone;
    }
  }

  private DirectoryLock(Path file) {
    this.file = file;
  }

  /**
   * Locks a directory for its process, and waits a while for those who have it.
   *
   * @param directory it exists
   * @param waitMs how long to wait, in ms
   * @return empty if somebody has it for all that time
   */
  public static Optional<DirectoryLock> alone(Path directory, long waitMs) throws IOException {
    return alone(directory, waitMs, waitMs);
  }

  /**
   * Does the same, and waits longer for readers than for a process that has the directory alone.
   * Readers leave, and no further one comes in meanwhile.
   *
   * @param readersWaitMs how long to wait where only readers have it, in ms, {@code waitMs} or more
   */
  public static Optional<DirectoryLock> alone(Path directory, long waitMs, long readersWaitMs)
      throws IOException {
    Path file = directory.toRealPath().resolve(FILE);
    long now = System.nanoTime();
    long gateDeadline = now + TimeUnit.MILLISECONDS.toNanos(waitMs);
    long deadline = now + TimeUnit.MILLISECONDS.toNanos(readersWaitMs);
    while (true) {
      Optional<Open> other = claim(file);
      if (other.isEmpty()) {
        return lockClaimed(file, gateDeadline, deadline);
      }
      if (isOver(other.get().isAlone ? gateDeadline : deadline)) {
        return Optional.empty();
      }
      pause();
    }
  }

  private static boolean isOver(long deadline) {
    return System.nanoTime() - deadline >= 0;
  }

  /**
   * Opens the file to have it alone, so that readers of this process stay out. Returns what has it
   * open in this process already, or empty if nothing has.
   */
  private static Optional<Open> claim(Path file) throws IOException {
    synchronized (OPEN) {
      Open other = OPEN.get(file);
      if (other != null) {
        return Optional.of(other);
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      OPEN.put(file, new Open(channel, true));
      return Optional.empty();
    }
  }

  private static Optional<DirectoryLock> lockClaimed(Path file, long gateDeadline, long deadline)
      throws IOException {
    var lock = new DirectoryLock(file);
    boolean isLocked = false;
    try {
      isLocked = lock.awaitBoth(gateDeadline, deadline);
      return isLocked ? Optional.of(lock) : Optional.empty();
    } finally {
      if (!isLocked) {
        lock.close();
      }
    }
  }

  /** Whoever has the directory alone has the gate, too. So behind it there are only readers. */
  private boolean awaitBoth(long gateDeadline, long deadline) throws IOException {
    FileChannel channel;
    synchronized (OPEN) {
      channel = OPEN.get(file).channel;
    }
    return await(channel, GATE, gateDeadline) && await(channel, DIRECTORY, deadline);
  }

  private static boolean await(FileChannel channel, long place, long deadline) throws IOException {
    while (channel.tryLock(place, 1, false) == null) {
      if (isOver(deadline)) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
  }

  /**
   * Locks a directory for a reader, and does not wait.
   *
   * @return empty if a process has it or waits for it: it may be alive
   * @throws IOException if there is no such directory, or no process ever had it
   */
  public static Optional<DirectoryLock> shared(Path directory) throws IOException {
    Path file = directory.toRealPath().resolve(FILE);
    synchronized (OPEN) {
      Open open = OPEN.get(file);
      if (open != null) {
        return !open.isAlone && isGateOpen(open.channel) ? joined(file, open) : Optional.empty();
      }
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      boolean isLocked = false;
      try {
        isLocked = isGateOpen(channel) && channel.tryLock(DIRECTORY, 1, true) != null;
      } finally {
        if (!isLocked) {
          channel.close();
        }
      }
      if (!isLocked) {
        return Optional.empty();
      }
      OPEN.put(file, new Open(channel, false));
      return Optional.of(new DirectoryLock(file));
    }
  }

  private static Optional<DirectoryLock> joined(Path file, Open open) {
    open.holders++;
    return Optional.of(new DirectoryLock(file));
  }

  private static boolean isGateOpen(FileChannel channel) throws IOException {
    try (FileLock gate = channel.tryLock(GATE, 1, true)) {
      return gate != null;
    }
  }

  /**
   * Returns true if another process waits to have it alone. A reader should give it back soon then.
   */
  public boolean isWanted() throws IOException {
    synchronized (OPEN) {
      return !isGateOpen(OPEN.get(file).channel);
    }
  }

  /** Gives it back. To be called once. */
  @Override
  public void close() throws IOException {
    synchronized (OPEN) {
      Open open = OPEN.get(file);
      open.holders--;
      if (open.holders == 0) {
        OPEN.remove(file);
        open.channel.close();
      }
    }
  }
}
