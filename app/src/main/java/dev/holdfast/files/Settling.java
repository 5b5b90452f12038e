package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.WriteChanges.Listening;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Tells of the writes that are pending or kept, and waits until they have settled or left.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Settling {
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
  List<StoredName> awaitSettled(long waitMs) throws InterruptedException {
    var left = new ConcurrentHashMap<StoredName, Pending>();
    var signal = new Signal();
    try (Listening _ = store.changes().listen(name -> drop(left, name, signal))) {
      // Listening already: what settles from here on is taken out again, or not put in.
      for (Pending asked : store.allPending()) {
        left.put(asked.name(), asked);
        drop(left, asked.name(), signal);
      }
      signal.await(left::isEmpty, waitMs);
      return left.keySet().stream().sorted().toList();
    }
  }

  /** Drops a write that is not the pending one of its name any more. */
  private void drop(ConcurrentMap<StoredName, Pending> left, StoredName name, Signal signal) {
    Pending asked = left.get(name);
    if (asked != null && !isPending(asked) && left.remove(name, asked)) {
      signal.give();
    }
  }

  /**
   * Waits until no write is pending or kept, and until no power failure can bring one back.
   *
   * @param waitMs how long, in milliseconds
   * @return the stored names of what is still pending or kept
   * @throws IOException if the removals could not be forced
   */
  List<StoredName> awaitNothingKept(long waitMs) throws IOException, InterruptedException {
    await(() -> store.pendingCount() + store.kept().count() == 0, waitMs);
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
    try {
      await(() -> store.pendingCount() == 0, waitMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return store.pendingCount();
  }

  private void await(BooleanSupplier state, long waitMs) throws InterruptedException {
    var signal = new Signal();
    try (Listening _ = store.changes().listen(_ -> signal.give())) {
      signal.await(state, waitMs);
    }
  }

  /**
   * Calls somebody when the last pending or kept write of a name that moved to another sidecar has
   * left, and at once if there is none. Writes of such names that come later do not count. It may
   * call more than once, and too early: count them with {@link #countOfOthers}.
   *
   * @param owns returns true for a stored name of this sidecar
   * @param told does not wait, and changes nothing in the store
   */
  Listening listenForLastOfOthers(Predicate<StoredName> owns, Runnable told) {
    Set<StoredName> left = ConcurrentHashMap.newKeySet();
    Listening listening = store.changes().listen(name -> dropGone(left, name, told));
    // Listening already: a write that leaves from here on is taken out again, or not put in.
    for (StoredName name : store.namesOfWrites()) {
      if (!owns.test(name)) {
        left.add(name);
        dropGone(left, name, told);
      }
    }
    if (left.isEmpty()) {
      told.run();
    }
    return listening;
  }

  /** Drops a name that has neither a pending nor a kept write any more. */
  private void dropGone(Set<StoredName> left, StoredName name, Runnable told) {
    if (left.contains(name) && !store.hasWrite(name) && left.remove(name) && left.isEmpty()) {
      told.run();
    }
  }

  /**
   * Returns the number of pending and kept writes of names that are not this sidecar's any more:
   * they moved to another one.
   *
   * @param owns returns true for a stored name of this sidecar
   */
  long countOfOthers(Predicate<StoredName> owns) {
    return store.namesOfWrites().stream().filter(name -> !owns.test(name)).count();
  }

  /** Returns how long the oldest pending write waits, in milliseconds, or 0 if there is none. */
  long oldestPendingMs() {
    return store.allPending().stream().mapToLong(Pending::sinceMs).min().stream()
        .map(since -> Math.max(0, clock.millis() - since))
        .findFirst()
        .orElse(0);
  }

  private boolean isPending(Pending write) {
    return store.pending(write.name()).filter(now -> now.version() == write.version()).isPresent();
  }
}
