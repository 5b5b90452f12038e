package dev.holdfast.watcher.store;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of rows since the start. Each row that was handed over is, or becomes, one of written,
 * known, dropped, old, early, strange or refused.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class WriterCounts {
  final LongAdder taken = new LongAdder();
  final LongAdder written = new LongAdder();
  final LongAdder known = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder old = new LongAdder();
  final LongAdder early = new LongAdder();
  final LongAdder strange = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder spooled = new LongAdder();
  final LongAdder replayed = new LongAdder();
  final LongAdder damaged = new LongAdder();
  final LongAdder failures = new LongAdder();

  WriterCounts() {}

  /** Returns how many rows were handed over. */
  public long taken() {
    return taken.sum();
  }

  /** Returns how many rows are in the table since this writer has written them. */
  public long written() {
    return written.sum();
  }

  /** Returns how many rows the table had already, or had a better one of. */
  public long known() {
    return known.sum();
  }

  /** Returns how many rows found no room in memory or on disk, or were lost with a damaged file. */
  public long dropped() {
    return dropped.sum();
  }

  /** Returns how many rows were older than their retention. */
  public long old() {
    return old.sum();
  }

  /** Returns how many rows are due more than {@value Days#AHEAD} days ahead of the clock. */
  public long early() {
    return early.sum();
  }

  /** Returns how many rows belong to an endpoint that is not in the database's list. */
  public long strange() {
    return strange.sum();
  }

  /** Returns how many rows the database refused for themselves. That is a bug. */
  public long refused() {
    return refused.sum();
  }

  /** Returns how many rows went to disk. */
  public long spooled() {
    return spooled.sum();
  }

  /** Returns how many rows came back from disk. */
  public long replayed() {
    return replayed.sum();
  }

  /** Returns how many segments had a torn end or damage. */
  public long damaged() {
    return damaged.sum();
  }

  /** Returns how many attempts to write have failed. */
  public long failures() {
    return failures.sum();
  }
}
