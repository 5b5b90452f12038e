package dev.holdfast.watcher.agent;

import java.util.concurrent.TimeUnit;

/**
 * Reads the clocks, and tells a loop that stood still from a wall clock that was set.
 *
 * <p>Threading: for the agent's loop.
 */
final class Timekeeper {
  private final Clock clock;
  private final long stallNanos;
  private final long stepMicros;
  private Clock.Moment now;

  Timekeeper(Clock clock, AgentConfig config) {
    this.clock = clock;
    this.stallNanos = TimeUnit.MILLISECONDS.toNanos(config.stallMs());
    this.stepMicros = TimeUnit.MILLISECONDS.toMicros(config.clockStepMs());
    this.now = clock.now();
  }

  /** Returns the moment of the last reading. */
  Clock.Moment now() {
    return now;
  }

  /** Reads the clocks. Returns what lies between the last reading and this one. */
  Passage pass() {
    Clock.Moment before = now;
    now = clock.now();
    long nanos = now.nanos() - before.nanos();
    long driftMicros =
        now.wallMicros() - before.wallMicros() - TimeUnit.NANOSECONDS.toMicros(nanos);
    return new Passage(
        before.wallMs(),
        now.wallMs(),
        nanos > stallNanos ? TimeUnit.NANOSECONDS.toMillis(nanos) : 0,
        Math.abs(driftMicros) >= stepMicros ? TimeUnit.MICROSECONDS.toMillis(driftMicros) : 0);
  }

  /**
   * The time between two readings.
   *
   * @param fromMs the wall clock before, in ms since the epoch
   * @param toMs the wall clock after, in ms since the epoch
   * @param stalledMs how long the loop stood still, in ms, or 0 if it did not
   * @param steppedMs how far the wall clock was set, in ms, below 0 if it was set back, or 0 if it
   *     was not set
   */
  record Passage(long fromMs, long toMs, long stalledMs, long steppedMs) {
    /** Returns true if time passed as it should. */
    boolean isSteady() {
      return stalledMs == 0 && steppedMs == 0;
    }
  }
}
