package dev.holdfast.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state on disk that one process of several has. It also takes the state up. A process that
 * cannot take it up goes on without it, and requests try again, one at a time. A damaged file is
 * not tried again: somebody has to look at it.
 *
 * <p>Threading: may be used from any number of threads.
 *
 * @param <T> the state
 */
public final class OwnedState<T extends Closeable> implements AutoCloseable {
  /** The least time from the end of one try to the next, in nanoseconds. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger log = LoggerFactory.getLogger(OwnedState.class);

  private final String what;
  private final Opening<T> opening;
  private final LongSupplier nanoTime;
  private final ReentrantLock taking = new ReentrantLock();
  private volatile Ownership<T> ownership; // changed under taking
  private boolean isDamaged; // guarded by taking
  private boolean isClosed; // guarded by taking
  private long triedNanos; // when the last try ended; guarded by taking

  /** Takes a state up from the disk. */
  @FunctionalInterface
  public interface Opening<T> {
    /**
     * Returns the state as it is on disk.
     *
     * @throws DamagedLogException if a file is damaged; it is not tried again
     * @throws IOException if a later try may succeed
     */
    T open() throws IOException;
  }

  private OwnedState(
      String what, Opening<T> opening, LongSupplier nanoTime, Ownership<T> ownership) {
    this.what = what;
    this.opening = opening;
    this.nanoTime = nanoTime;
    this.ownership = ownership;
  }

  /** Returns a state that another process has. */
  public static <T extends Closeable> OwnedState<T> elsewhere() {
    Opening<T> never =
        () -> {
          throw new IOException("it belongs to another process");
        };
    return new OwnedState<>("", never, () -> 0, new Ownership.Elsewhere<>());
  }

  /**
   * Tries to take up a state that belongs to this process.
   *
   * @param what the state, as the subject of a sentence: "the sequence"
   */
  public static <T extends Closeable> OwnedState<T> takeUp(String what, Opening<T> opening) {
    return takeUp(what, opening, System::nanoTime);
  }

  static <T extends Closeable> OwnedState<T> takeUp(
      String what, Opening<T> opening, LongSupplier nanoTime) {
    var ownership = new Ownership.Unusable<T>(what + " is not taken up yet");
    var owned = new OwnedState<>(what, opening, nanoTime, ownership);
    owned.taking.lock();
    try {
      owned.takeUp(true);
    } finally {
      owned.taking.unlock();
    }
    return owned;
  }

  /** Returns where the state is, as far as that is known without waiting. */
  public Ownership<T> known() {
    return ownership;
  }

  /**
   * Returns where the state is. If it could not be taken up before, this tries again first, unless
   * somebody else does or the last try ended less than {@link #RETRY_NANOS} ago. This may wait for
   * a disk.
   */
  public Ownership<T> ownership() {
    if (ownership instanceof Ownership.Unusable && taking.tryLock()) {
      try {
        if (ownership instanceof Ownership.Unusable
            && !isDamaged
            && !isClosed
            && nanoTime.getAsLong() - triedNanos >= RETRY_NANOS) {
          takeUp(false);
        }
      } finally {
        taking.unlock();
      }
    }
    return ownership;
  }

  /** Closes the state if it is here. It is never taken up again. */
  @Override
  public void close() {
    taking.lock();
    try {
      isClosed = true;
      if (ownership instanceof Ownership.Here<T>(T state)) {
        state.close();
      }
    } catch (IOException e) {
      log.warn("{} could not be closed", what, e);
    } finally {
      taking.unlock();
    }
  }

  private void takeUp(boolean isFirst) {
    try {
      ownership = new Ownership.Here<>(opening.open());
    } catch (IOException | RuntimeException e) {
      isDamaged = e instanceof DamagedLogException;
      if (isFirst || isDamaged) { // once, not for every request that follows
        log.error("{} cannot be taken up; requests for it are refused", what, e);
      }
      ownership = new Ownership.Unusable<>(what + " cannot be taken up; the log says why");
    }
    triedNanos = nanoTime.getAsLong();
  }
}
