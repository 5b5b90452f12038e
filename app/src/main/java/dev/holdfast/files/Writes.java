package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Deadline;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Reservation;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Puts and deletes. In the mode BEHIND a write is staged, shown, acknowledged, and settled later;
 * {@link WritesThrough} does those in the mode THROUGH.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Writes {
  /** The file was here a moment ago, was not fetched for this, and was evicted. */
  private static final ReadOutcome GONE =
      new ReadOutcome.Unavailable("the file was evicted in this moment");

  private final StagingStore store;
  private final Shelf shelf;
  private final Fetches fetches;
  private final Settler settler;
  private final WritesThrough through;
  private final FilesConfig config;

  /**
   * @param through does the writes in the mode THROUGH
   */
  Writes(
      StagingStore store,
      Shelf shelf,
      Fetches fetches,
      Settler settler,
      WritesThrough through,
      FilesConfig config) {
    this.store = store;
    this.shelf = shelf;
    this.fetches = fetches;
    this.settler = settler;
    this.through = through;
    this.config = config;
  }

  /** Puts a body that is finished and forced. Takes the spool over, whatever comes of it. */
  WriteOutcome put(StoredName name, Spool body, Content content, Precondition precondition)
      throws IOException, InterruptedException {
    return write(name, precondition, Change.put(store, name, body, content));
  }

  /** Deletes a file, whether there is one or not. */
  WriteOutcome delete(StoredName name, Precondition precondition)
      throws IOException, InterruptedException {
    Reservation room;
    try {
      room = store.reserveDelete();
    } catch (IOException e) {
      return noRoom(e);
    }
    return write(name, precondition, Change.delete(store, name, room));
  }

  /**
   * Puts a body behind, like {@link #put}, unless the name is being changed: then this is empty,
   * and the spool still the caller's.
   */
  Optional<WriteOutcome> putIfFree(StoredName name, Spool body, Content content)
      throws IOException {
    return writeIfFree(name, Change.put(store, name, body, content));
  }

  /**
   * Deletes a file behind, unless its name is being changed: then this is empty. Takes the room
   * over, whatever comes of it.
   */
  Optional<WriteOutcome> deleteIfFree(StoredName name, Reservation room) throws IOException {
    Optional<WriteOutcome> written = writeIfFree(name, Change.delete(store, name, room));
    if (written.isEmpty()) {
      room.close();
    }
    return written;
  }

  private Optional<WriteOutcome> writeIfFree(StoredName name, Change change) throws IOException {
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

  private WriteOutcome write(StoredName name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    try {
      switch (config.mode()) {
        case BEHIND -> {
          try (change) {
            return writeBehind(name, precondition, change);
          }
        }
        case THROUGH -> {
          return through.write(name, precondition, change);
        }
      }
      throw new IllegalStateException("no such mode: " + config.mode());
    } catch (IOException e) {
      return noRoom(e);
    }
  }

  /**
   * Returns the outcome of a write for which there was no room.
   *
   * @throws IOException the failure, if it is another one
   */
  static WriteOutcome noRoom(IOException e) throws IOException {
    if (NoRoomException.orAsItIs(e) instanceof NoRoomException noRoom) {
      return new WriteOutcome.NoRoom(noRoom.getMessage());
    }
    throw e;
  }

  private WriteOutcome writeBehind(StoredName name, Precondition precondition, Change change)
      throws IOException, InterruptedException {
    Lock lock = store.lock(name);
    Deadline deadline = Deadline.inMs(config.answerWithinMs());
    while (true) {
      Current current = current(name, precondition);
      if (current.fetched().isPresent() && !PreconditionCheck.isKnown(current.fetched().get())) {
        return new WriteOutcome.Unknowable(current.fetched().get());
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
   * The state that a precondition is held against, unless it is here.
   *
   * @param fetched what was fetched for it
   * @param changes the number of changes of the name before that
   */
  private record Current(Optional<ReadOutcome> fetched, long changes) {}

  private Current current(StoredName name, Precondition precondition)
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
  private WriteOutcome writeLocked(
      StoredName name,
      Precondition precondition,
      Optional<ReadOutcome> fetched,
      Change change,
      Lock lock)
      throws IOException {
    try {
      if (precondition.needsCurrent()) {
        // The state here, or that of the fetch if it is gone again: nobody wrote since.
        ReadOutcome now =
            shelf
                .look(name)
                .or(() -> fetched)
                .orElse(precondition.asksOrigin() ? GONE : PreconditionCheck.NOT_HERE);
        Optional<WriteOutcome> refusal = PreconditionCheck.refusal(precondition, now);
        if (refusal.isPresent()) {
          return refusal.get();
        }
      }
      Optional<WriteOutcome> unshown = stageAndShow(name, change);
      if (unshown.isPresent()) {
        return unshown.get();
      }
    } finally {
      lock.unlock();
      settleLater(name);
    }
    return new WriteOutcome.Done(change.content());
  }

  /** The settler takes what is on disk of a name now, even if a write of it has failed. */
  void settleLater(StoredName name) {
    store.pending(name).ifPresent(settler::add);
  }

  /** Lets reads show a write that is staged and on disk. The name's lock is held. */
  WriteOutcome show(Pending write) {
    try {
      shelf.reveal(write);
    } catch (IOException | RuntimeException e) {
      return PendingBefore.staged(write.name(), e);
    }
    return new WriteOutcome.Done(
        write instanceof Pending.Put put ? Optional.of(put.content()) : Optional.empty());
  }

  /**
   * Stages a write and lets reads show it. The name's lock is held.
   *
   * @return empty if that was done; else the outcome if the write is staged all the same: it is
   *     kept, and shown when it settles at the latest
   * @throws IOException if it is not staged
   */
  private Optional<WriteOutcome> stageAndShow(StoredName name, Change change) throws IOException {
    var before = PendingBefore.of(store, name);
    try {
      shelf.reveal(change.stage());
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.of(before.stagedOrThrow(e));
    }
  }
}
