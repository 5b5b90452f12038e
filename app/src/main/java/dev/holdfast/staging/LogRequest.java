package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

/**
 * A request to a {@link LogHalf}: a write, or a record that others are over, or neither: that waits
 * for those before it.
 *
 * <p>Threading: for the log's thread, but for {@code done}.
 */
final class LogRequest {
  final LoggedWrite write; // null: none
  final LogRecord.Over over; // null: none

  /** Ends if this is no write. */
  final CompletableFuture<Void> done = new CompletableFuture<>();

  Pending staged; // null: not yet, or not at all
  Lock lock; // held; null: not yet
  boolean ended;

  LogRequest(LoggedWrite write, LogRecord.Over over) {
    this.write = write;
    this.over = over;
  }

  StoredName name() {
    return write == null ? over.name() : write.name();
  }

  long version() {
    return staged == null ? over.version() : staged.version();
  }
}
