package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Reservation;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Optional;

/**
 * A put or a delete that is about to be staged.
 *
 * <p>Threading: for one thread at a time.
 */
interface Change extends AutoCloseable {
  /** Stages it, durably. The name's lock is held. */
  Pending stage() throws IOException;

  /** Returns the content of the file afterwards, or empty if there is no file then. */
  Optional<Content> content();

  /** Drops what was not staged. */
  @Override
  void close() throws IOException;

  /** A put of a body that is finished and forced. */
  static Change put(StagingStore store, StoredName name, Spool body, Content content) {
    return new Change() {
      @Override
      public Pending stage() throws IOException {
        return store.stagePut(name, body);
      }

      @Override
      public Optional<Content> content() {
        return Optional.of(content);
      }

      @Override
      public void close() throws IOException {
        body.close();
      }
    };
  }

  /** A delete, for which there is room. */
  static Change delete(StagingStore store, StoredName name, Reservation room) {
    return new Change() {
      @Override
      public Pending stage() throws IOException {
        return store.stageDelete(name, room);
      }

      @Override
      public Optional<Content> content() {
        return Optional.empty();
      }

      @Override
      public void close() {
        room.close();
      }
    };
  }
}
