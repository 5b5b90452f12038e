package dev.holdfast.files;

import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Tells of the writes that are pending or kept, and waits until they have settled or left.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Settling {
  private static final long POLL_MS = 20;

  private final StagingStore store;
  private final InstantSource clock;

  Settling(StagingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Waits until all that is pending now has settled.
   *
   * @param waitMs how long, in milliseconds
   * @return the stored names of what has not; those that were written again since count as settled
   */
  List<String> awaitSettled(long waitMs) throws InterruptedException {
    Collection<Pending> asked = store.allPending();
    long endNanos = endNanos(waitMs);
    List<Pending> left = stillPending(asked);
    while (!left.isEmpty() && System.nanoTime() - endNanos < 0) {
      Thread.sleep(POLL_MS);
      left = stillPending(left);
    }
    return left.stream().map(Pending::name).sorted().toList();
  }

  /**
   * Waits until no write is pending or kept, and until no power failure can bring one back.
   *
   * @param waitMs how long, in milliseconds
   * @return the stored names of what is still pending or kept
   * @throws IOException if the removals could not be forced
   */
  List<String> awaitNothingKept(long waitMs) throws IOException, InterruptedException {
    long endNanos = endNanos(waitMs);
    while (isAny() && System.nanoTime() - endNanos < 0) {
      Thread.sleep(POLL_MS);
    }
    store.kept().forceRemovals();
    return store.namesOfWrites().stream().sorted().toList();
  }

  /**
   * Waits until no write is pending, or until the thread is interrupted; it stays interrupted.
   *
   * @param waitMs how long, in milliseconds
   * @return how many writes are still pending
   */
  int settleBeforeStop(long waitMs) {
    long endNanos = endNanos(waitMs);
    try {
      while (store.pendingCount() > 0 && System.nanoTime() - endNanos < 0) {
        Thread.sleep(POLL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return store.pendingCount();
  }

  /**
   * Returns the number of pending and kept writes of names that are not this sidecar's any more:
   * they moved to another one.
   *
   * @param owns is true for a stored name of this sidecar
   */
  long countOfOthers(Predicate<String> owns) {
    return store.namesOfWrites().stream().filter(name -> !owns.test(name)).count();
  }

  /** Returns how long the oldest pending write waits, in milliseconds, or 0 if there is none. */
  long oldestPendingMs() {
    return store.allPending().stream().mapToLong(Pending::sinceMs).min().stream()
        .map(since -> Math.max(0, clock.millis() - since))
        .findFirst()
        .orElse(0);
  }

  private boolean isAny() {
    return !store.namesOfWrites().isEmpty();
  }

  private List<Pending> stillPending(Collection<Pending> asked) {
    return asked.stream()
        .filter(
            write ->
                store
                    .pending(write.name())
                    .filter(now -> now.version() == write.version())
                    .isPresent())
        .toList();
  }

  private static long endNanos(long waitMs) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
  }
}
