package dev.holdfast.files;

import dev.holdfast.http.RequestPlace;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Failure;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.Turn;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Reservation;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts and deletes, in both modes. Behind: staged, shown, acknowledged, settled later. Through:
 * staged, confirmed by the origin, shown, acknowledged.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Writes {
  private static final Logger log = LoggerFactory.getLogger(Writes.class);

  private final Origin origin;
  private final StagingStore store;
  private final Shelf shelf;
  private final OriginFetcher fetcher;
  private final Fetches fetches;
  private final Delivery delivery;
  private final Keeper keeper;
  private final Settler settler;
  private final Executor background;
  private final FilesConfig config;
  private final RandomGenerator random;

  Writes(
      Origin origin,
      StagingStore store,
      Shelf shelf,
      OriginFetcher fetcher,
      Fetches fetches,
      Delivery delivery,
      Keeper keeper,
      Settler settler,
      Executor background,
      FilesConfig config,
      RandomGenerator random) {
    this.origin = origin;
    this.store = store;
    this.shelf = shelf;
    this.fetcher = fetcher;
    this.fetches = fetches;
    this.delivery = delivery;
    this.keeper = keeper;
    this.settler = settler;
    this.background = background;
    this.config = config;
    this.random = random;
  }

  /** The file was here a moment ago, was not fetched for this, and was evicted. */
  private static final ReadOutcome GONE =
      new ReadOutcome.Unavailable("the file was evicted in this moment");

  private static final Written TOO_MANY =
      new Written.Unconfirmed("too many requests wait for the file server", false);

  /** What a precondition that does not ask the origin takes an unknown file for. */
  private static final ReadOutcome NOT_HERE = new ReadOutcome.Absent(false);

  /** Puts a body that is finished and forced. Takes the spool over, whatever comes of it. */
  Written put(String name, Spool body, Content content, Precondition precondition)
      throws IOException, InterruptedException {
    return write(name, precondition, Change.put(store, name, body, content));
  }

  /** Deletes a file, whether there is one or not. */
  Written delete(String name, Precondition precondition) throws IOException, InterruptedException {
    Reservation room;
    try {
      room = store.reserveDelete();
    } catch (NoRoomException e) {
      return new Written.NoRoom(e.getMessage());
    }
    return write(name, precondition, Change.delete(store, name, room));
  }

  /**
   * Puts a body behind, like {@link #put}, unless the name is being changed: then this is empty,
   * and the spool still the caller's.
   */
  Optional<Written> putIfFree(String name, Spool body, Content content) throws IOException {
    return writeIfFree(name, Change.put(store, name, body, content));
  }

  /**
   * Deletes a file behind, unless its name is being changed: then this is empty. Takes the room
   * over, whatever comes of it.
   */
  Optional<Written> deleteIfFree(String name, Reservation room) throws IOException {
    Optional<Written> written = writeIfFree(name, Change.delete(store, name, room));
    if (written.isEmpty()) {
      room.close();
    }
    return written;
  }

  private Optional<Written> writeIfFree(String name, Change change) throws IOException {
    Lock lock = store.lock(name);
    if (!lock.tryLock()) {
      return Optional.empty();
    }
    try (change) {
      return Optional.of(writeLocked(name, Precondition.NONE, Optional.empty(), change, lock));
    } catch (IOException e) {
      return Optional.of(noRoom(e));
    }
  }

  private Written write(String name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    try {
      switch (config.mode()) {
        case BEHIND -> {
          try (change) {
            return writeBehind(name, precondition, change);
          }
        }
        case THROUGH -> {
          return writeThrough(name, precondition, change);
        }
      }
      throw new IllegalStateException("no such mode: " + config.mode());
    } catch (IOException e) {
      return noRoom(e);
    }
  }

  /** The outcome if there was no room; anything else goes on as it is. */
  static Written noRoom(IOException e) throws IOException {
    if (NoRoomException.orAsItIs(e) instanceof NoRoomException noRoom) {
      return new Written.NoRoom(noRoom.getMessage());
    }
    throw e;
  }

  private Written writeBehind(String name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    Lock lock = store.lock(name);
    Deadline deadline = Deadline.inMs(config.answerWithinMs());
    while (true) {
      Current current = current(name, precondition);
      if (current.fetched().isPresent() && !isKnown(current.fetched().get())) {
        return new Written.Unknowable(current.fetched().get());
      }
      lock.lockInterruptibly();
      boolean sameStill = current.fetched().isEmpty() || store.changes(name) == current.changes();
      if (sameStill || deadline.isOver()) {
        // A fetched file that may have changed since counts no more: without it the write is
        // refused, unless the file is here.
        Optional<ReadOutcome> fetched = sameStill ? current.fetched() : Optional.empty();
        return writeLocked(name, precondition, fetched, change, lock);
      }
      lock.unlock();
    }
  }

  /**
   * What a precondition is held against, unless it is here.
   *
   * @param fetched what was fetched for it
   * @param changes the number of changes of the name before that
   */
  private record Current(Optional<ReadOutcome> fetched, long changes) {}

  private Current current(String name, Precondition precondition)
      throws IOException, InterruptedException {
    if (!precondition.asksOrigin()) {
      return new Current(Optional.empty(), 0);
    }
    long changes;
    Lock lock = store.lock(name);
    lock.lockInterruptibly();
    try {
      changes = store.changes(name);
    } finally {
      lock.unlock();
    }
    return shelf.look(name).isPresent()
        ? new Current(Optional.empty(), changes)
        : new Current(Optional.of(fetches.fetch(name)), changes);
  }

  /** The lock is the name's and held; it is given back. */
  private Written writeLocked(
      String name,
      Precondition precondition,
      Optional<ReadOutcome> fetched,
      Change change,
      Lock lock)
      throws IOException {
    try {
      if (precondition.needsCurrent()) {
        // What is here now, or what the fetch found if it is gone again: nobody wrote since.
        ReadOutcome now =
            shelf.look(name).or(() -> fetched).orElse(precondition.asksOrigin() ? GONE : NOT_HERE);
        if (!isKnown(now)) {
          return new Written.Unknowable(now);
        }
        if (!precondition.holds(content(now))) {
          return new Written.Unmet();
        }
      }
      Optional<Written> unshown = stageAndShow(name, change);
      if (unshown.isPresent()) {
        return unshown.get();
      }
    } finally {
      lock.unlock();
      // Whatever became of it, what is on disk now is settled.
      store.pending(name).ifPresent(settler::add);
    }
    return new Written.Done(change.content());
  }

  /**
   * Stages a write and lets reads show it. The name's lock is held.
   *
   * @return empty if that was done; else the outcome if the write is staged all the same: it is
   *     kept, and shown when it settles at the latest
   * @throws IOException if it is not staged
   */
  private Optional<Written> stageAndShow(String name, Change change) throws IOException {
    OptionalLong before = pendingVersion(name);
    try {
      shelf.reveal(change.stage());
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.of(kept(name, before, e));
    }
  }

  /**
   * The outcome of a write that failed when it was staged already.
   *
   * @param before the version of what was pending before
   * @throws IOException what has failed, if it was not staged
   */
  private Written kept(String name, OptionalLong before, Exception e) throws IOException {
    if (!pendingVersion(name).equals(before)) {
      log.warn("a write of {} is kept, but could not be completed", name, e);
      return new Written.Unconfirmed("it could not be completed here: " + e.getMessage(), true);
    }
    if (e instanceof IOException io) {
      throw io;
    }
    throw e instanceof RuntimeException unforeseen ? unforeseen : new IllegalStateException(e);
  }

  private OptionalLong pendingVersion(String name) {
    return store.pending(name).stream().mapToLong(Pending::version).findFirst();
  }

  private static boolean isKnown(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Here _, ReadOutcome.Absent _ -> true;
      // Nobody is ever shown it, so that a write may mend it as if there were nothing.
      case ReadOutcome.Damaged _ -> true;
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _ -> false;
    };
  }

  private Written writeThrough(String name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    Written written =
        RequestPlace.whileWaiting(() -> beginThrough(name, precondition, change), TOO_MANY);
    if (written.equals(TOO_MANY)) {
      change.close();
    }
    return written;
  }

  /**
   * Runs the write on a thread of its own: the caller may lose patience, but a request to the
   * origin that is under way runs to its end and decides what becomes of the write.
   */
  private Written beginThrough(String name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    var written = new CompletableFuture<Written>();
    var progress = new Progress();
    Deadline deadline = Deadline.inMs(config.answerWithinMs());
    background.execute(
        () -> {
          try (change) {
            written.complete(through(name, precondition, change, progress, deadline));
          } catch (IOException | InterruptedException | RuntimeException e) {
            written.completeExceptionally(e);
          }
        });
    return await(written, progress, deadline);
  }

  private Written through(
      String name, Precondition precondition, Change change, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    Optional<Turn> turn = origin.turn(name, deadline);
    if (turn.isEmpty()) {
      return new Written.Unconfirmed("an earlier request for this file is still running", false);
    }
    try (Turn held = turn.get()) {
      if (precondition.needsCurrent()) {
        ReadOutcome current =
            precondition.asksOrigin()
                ? fetcher.fetch(held, progress, deadline)
                : shelf.look(name).orElse(NOT_HERE);
        if (!isKnown(current)) {
          return new Written.Unknowable(current);
        }
        if (!precondition.holds(content(current))) {
          return new Written.Unmet();
        }
      }
      if (deadline.isOver()) {
        return new Written.Unconfirmed("the file server does not answer in time", false);
      }
      OptionalLong before = pendingVersion(name);
      try {
        Pending write = stage(name, change);
        return deliver(held, write, before.isEmpty(), change.content(), progress, deadline);
      } catch (IOException | RuntimeException e) {
        return kept(name, before, e);
      }
    }
  }

  private Pending stage(String name, Change change) throws IOException, InterruptedException {
    Lock lock = store.lock(name);
    lock.lockInterruptibly();
    try {
      return change.stage();
    } catch (IOException | RuntimeException e) {
      store.pending(name).ifPresent(settler::add);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a staged write until it is confirmed or time is up. Then it is taken back if the origin
   * surely knows nothing of it; else it goes on as a write behind, since only its completion makes
   * sure what the origin has.
   */
  private Written deliver(
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
        Delivered outcome = delivery.deliver(turn, write, progress, deadline);
        if (outcome instanceof Delivered.Confirmed(Evidence evidence)) {
          shelf.confirmed(write);
          decided = true;
          keeper.confirmed(write, evidence);
          return new Written.Done(content);
        }
        Failure failure = ((Delivered.Failed) outcome).failure();
        mayHaveActed |= failure.mayHaveActed();
        long waitMs = backoff.nextMs();
        if (failure.isForWantOfPlace()
            || deadline.leftNanos() <= TimeUnit.MILLISECONDS.toNanos(waitMs)) {
          if (!mayHaveActed) {
            takeBack(write);
            decided = true;
          }
          return new Written.Unconfirmed(failure.detail(), mayHaveActed);
        }
        Thread.sleep(waitMs);
      }
    } finally {
      if (!decided) {
        goOnBehind(write);
      }
    }
  }

  private void takeBack(Pending write) throws IOException {
    Lock lock = store.lock(write.name());
    lock.lock();
    try {
      store.unstage(write);
    } finally {
      lock.unlock();
    }
  }

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

  private Written await(CompletableFuture<Written> written, Progress progress, Deadline deadline)
      throws IOException, InterruptedException {
    Deadline patience = deadline;
    while (true) {
      try {
        return written.get(patience.leftNanos() + GRACE_NANOS, TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        if (!progress.isRecent()) {
          return new Written.Unconfirmed("the file server does not answer in time", true);
        }
        patience = Deadline.inMs(Progress.RECENT_MS);
      } catch (ExecutionException e) {
        throw new IOException("the write failed here", e.getCause());
      }
    }
  }

  /** So that a write that gives up at its deadline gets to say so itself. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static Optional<Content> content(ReadOutcome current) {
    return current instanceof ReadOutcome.Here here
        ? Optional.of(here.content())
        : Optional.empty();
  }
}
