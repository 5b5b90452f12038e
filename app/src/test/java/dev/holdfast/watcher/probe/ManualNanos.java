package dev.holdfast.watcher.probe;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A monotonic clock that a test moves. */
final class ManualNanos implements LongSupplier {
  private final AtomicLong now = new AtomicLong(1_000_000_000_000L);

  @Override
  public long getAsLong() {
    return now.get();
  }

  void advanceMs(long ms) {
    now.addAndGet(ms * 1_000_000);
  }
}
