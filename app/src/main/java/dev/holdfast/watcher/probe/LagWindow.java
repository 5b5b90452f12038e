package dev.holdfast.watcher.probe;

/**
 * The worst lag of an event loop in each short span of the last minute.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class LagWindow {
  private static final long SPAN_NANOS = 50_000_000;
  private static final int SPANS = 1_400;

  private final long[] worst = new long[SPANS];
  private final long[] spanOf = new long[SPANS];

  /** Notes a lag that ended now, in ns. */
  synchronized void note(long nowNanos, long lagNanos) {
    long span = Math.floorDiv(nowNanos, SPAN_NANOS);
    int index = index(span);
    if (spanOf[index] != span) {
      spanOf[index] = span;
      worst[index] = 0;
    }
    worst[index] = Math.max(worst[index], lagNanos);
  }

  /** Returns the worst lag that ended between two moments, in ns. */
  synchronized long worst(long sinceNanos, long untilNanos) {
    long last = Math.floorDiv(untilNanos, SPAN_NANOS);
    long first = Math.max(Math.floorDiv(sinceNanos, SPAN_NANOS), last - SPANS + 1);
    long most = 0;
    for (long span = first; span <= last; span++) {
      int index = index(span);
      if (spanOf[index] == span) {
        most = Math.max(most, worst[index]);
      }
    }
    return most;
  }

  private static int index(long span) {
    return (int) Math.floorMod(span, (long) SPANS);
  }
}
