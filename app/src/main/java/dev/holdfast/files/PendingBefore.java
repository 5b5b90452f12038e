package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write that was pending of a name before another one was staged. It tells whether a write that
 * failed is staged all the same.
 *
 * @param version its version; empty if none was pending
 */
record PendingBefore(StagingStore store, StoredName name, OptionalLong version) {
  private static final Logger log = LoggerFactory.getLogger(PendingBefore.class);

  /** Returns what is pending of a name now. */
  static PendingBefore of(StagingStore store, StoredName name) {
    return new PendingBefore(store, name, pendingVersion(store, name));
  }

  /** Returns true if no write was pending. */
  boolean isEmpty() {
    return version.isEmpty();
  }

  /**
   * Returns the outcome of a write that failed when it was staged already: it settles later.
   *
   * @throws IOException or an unchecked exception: the failure, if the write was not staged
   */
  WriteOutcome stagedOrThrow(Exception failure) throws IOException {
    if (!pendingVersion(store, name).equals(version)) {
      return staged(name, failure);
    }
    if (failure instanceof IOException io) {
      throw io;
    }
    throw failure instanceof RuntimeException unforeseen
        ? unforeseen
        : new IllegalStateException(failure);
  }

  /** The outcome of a write that is staged, and failed then. */
  static WriteOutcome staged(StoredName name, Exception failure) {
    log.warn("a write of {} is kept, but could not be completed", name, failure);
    return new WriteOutcome.Unconfirmed(
        "it could not be completed here: " + failure.getMessage(), true);
  }

  private static OptionalLong pendingVersion(StagingStore store, StoredName name) {
    return store.pending(name).stream().mapToLong(Pending::version).findFirst();
  }
}
