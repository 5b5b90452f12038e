package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Failure;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.Turn;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/**
 * Puts and deletes in the mode THROUGH: staged, confirmed by the origin, shown, acknowledged.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class WritesThrough {
  private static final WriteOutcome TOO_MANY =
      new WriteOutcome.Unconfirmed("too many requests wait for the file server", false);

  /** So that a write that gives up at its deadline gets to say so itself. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Origin origin;
  private final StagingStore store;
  private final Shelf shelf;
  private final OriginFetcher fetcher;
  private final Delivery delivery;
  private final Keeper keeper;
  private final Settler settler;
  private final Caller caller;
  private final Executor background;
  private final FilesConfig config;
  private final RandomGenerator random;

  /**
   * @param background runs the writes: each on a thread of its own
   */
  WritesThrough(
      Origin origin,
      StagingStore store,
      Shelf shelf,
      OriginFetcher fetcher,
      Delivery delivery,
      Keeper keeper,
      Settler settler,
      Caller caller,
      Executor background,
      FilesConfig config,
      RandomGenerator random) {
    this.origin = origin;
    this.store = store;
    this.shelf = shelf;
    this.fetcher = fetcher;
    this.delivery = delivery;
    this.keeper = keeper;
    this.settler = settler;
    this.caller = caller;
    this.background = background;
    this.config = config;
    this.random = random;
  }

  /**
   * Writes, and waits until the outcome is known or time is up. Takes the change over, whatever
   * comes of it.
   *
   * @throws IOException if the write failed here and is not staged
   */
  WriteOutcome write(StoredName name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    WriteOutcome written = caller.whileWaiting(() -> begin(name, precondition, change), TOO_MANY);
    if (written.equals(TOO_MANY)) {
      change.close();
    }
    return written;
  }

  /**
   * Runs the write on a thread of its own: the caller may lose patience, but a request to the
   * origin that is under way runs to its end and decides what becomes of the write.
   */
  private WriteOutcome begin(StoredName name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    var written = new CompletableFuture<WriteOutcome>();
    var progress = new Progress();
    Deadline deadline = Deadline.inMs(config.answerWithinMs());
    background.execute(
        () -> {
          try (change) {
            written.complete(run(name, precondition, change, progress, deadline));
          } catch (IOException | InterruptedException | RuntimeException | Error e) {
            // An Error, too: else the caller would wait, and then say that the write is kept.
            written.completeExceptionally(e);
          }
        });
    return await(written, progress, deadline);
  }

  /** Waits for the turn of the name, checks the precondition, stages the write and sends it. */
  private WriteOutcome run(
      StoredName name,
      Precondition precondition,
      Change change,
      Progress progress,
      Deadline deadline)
      throws IOException, InterruptedException {
    Optional<Turn> turn = origin.turn(name, deadline);
    if (turn.isEmpty()) {
      return new WriteOutcome.Unconfirmed(
          "an earlier request for this file is still running", false);
    }
    try (Turn held = turn.get()) {
      if (precondition.needsCurrent()) {
        ReadOutcome current =
            precondition.asksOrigin()
                ? fetcher.fetch(held, progress, deadline)
                : shelf.look(name).orElse(PreconditionCheck.NOT_HERE);
        Optional<WriteOutcome> refusal = PreconditionCheck.refusal(precondition, current);
        if (refusal.isPresent()) {
          return refusal.get();
        }
      }
      if (deadline.isOver()) {
        return new WriteOutcome.Unconfirmed("the file server does not answer in time", false);
      }
      return stageAndDeliver(held, change, progress, deadline);
    }
  }

  private WriteOutcome stageAndDeliver(
      Turn turn, Change change, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    PendingBefore before = null;
    try {
      Pending write;
      Lock lock = store.lock(turn.name());
      lock.lockInterruptibly();
      try {
        // Under the lock: a kept write may become pending again at any moment, and a write that
        // replaces it must not be taken back.
        before = PendingBefore.of(store, turn.name());
        write = stage(turn.name(), change);
      } finally {
        lock.unlock();
      }
      return deliver(turn, write, before.isEmpty(), change.content(), progress, deadline);
    } catch (IOException | RuntimeException e) {
      if (before == null) {
        throw e;
      }
      return before.stagedOrThrow(e);
    }
  }

  /**
   * Stages a write. If that fails, whatever is on disk of the name all the same is settled. The
   * name's lock is held.
   */
  private Pending stage(StoredName name, Change change) throws IOException {
    try {
      return change.stage();
    } catch (IOException | RuntimeException e) {
      store.pending(name).ifPresent(settler::add);
      throw e;
    }
  }

  /**
   * Sends a staged write until it is confirmed or time is up. Then it is taken back if the origin
   * surely knows nothing of it; else it goes on as a write behind, since only its completion makes
   * sure what the origin has.
   */
  private WriteOutcome deliver(
      Turn turn,
      Pending write,
      boolean first,
      Optional<Content> content,
      Progress progress,
      Deadline deadline)
      throws IOException, InterruptedException {
    var backoff = new Backoff(config.retryFirstMs(), config.retryMaxMs(), random);
    boolean mayHaveActed = !first;
    boolean decided = false;
    try {
      while (true) {
        DeliveryOutcome outcome = delivery.deliver(turn, write, progress, deadline);
        if (outcome instanceof DeliveryOutcome.Confirmed(Evidence evidence)) {
          shelf.confirmed(write);
          decided = true;
          keeper.confirmed(write, evidence);
          return new WriteOutcome.Done(content);
        }
        Failure failure = ((DeliveryOutcome.Failed) outcome).failure();
        mayHaveActed |= failure.mayHaveActed();
        long waitMs = backoff.nextMs();
        if (failure.isForWantOfPlace()
            || deadline.leftNanos() <= TimeUnit.MILLISECONDS.toNanos(waitMs)) {
          if (!mayHaveActed) {
            takeBack(write);
            decided = true;
          }
          return new WriteOutcome.Unconfirmed(failure.detail(), mayHaveActed);
        }
        Thread.sleep(waitMs);
      }
    } finally {
      if (!decided) {
        goOnBehind(write);
      }
    }
  }

  /** Drops a staged write of which the origin surely knows nothing. */
  private void takeBack(Pending write) throws IOException {
    Lock lock = store.lock(write.name());
    lock.lock();
    try {
      store.unstage(write);
    } finally {
      lock.unlock();
    }
  }

  /** Shows a write unless it is over, and has it settled. */
  private void goOnBehind(Pending write) throws IOException {
    Lock lock = store.lock(write.name());
    lock.lock();
    try {
      if (!store.isOver(write)) {
        shelf.reveal(write);
      }
    } finally {
      lock.unlock();
      settler.add(write);
    }
  }

  /** Waits for the outcome, as long as time is left or the request makes progress. */
  private WriteOutcome await(
      CompletableFuture<WriteOutcome> written, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    Deadline patience = deadline;
    while (true) {
      try {
        return written.get(patience.leftNanos() + GRACE_NANOS, TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        if (!progress.isRecent()) {
          return new WriteOutcome.Unconfirmed("the file server does not answer in time", true);
        }
        patience = Deadline.inMs(Progress.RECENT_MS);
      } catch (ExecutionException e) {
        throw new IOException("the write failed here", e.getCause());
      }
    }
  }
}
