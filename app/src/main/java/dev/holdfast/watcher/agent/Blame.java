package dev.holdfast.watcher.agent;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tells the listener of delays of the agent, and names their causes: those that grew in the last
 * second or two.
 *
 * <p>Threading: for the agent's loop.
 */
final class Blame {
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GROWN_MS = 10;
  private static final long GROWN_MICROS = TimeUnit.MILLISECONDS.toMicros(GROWN_MS);

  /** The listener hears of disturbed results at most so often. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Disturbances disturbances;
  private final AgentListener listener;
  private Disturbances.Totals before;
  private Disturbances.Totals last;
  private long lastNanos;
  private long toldNanos;

  Blame(Disturbances disturbances, AgentListener listener, long nowNanos) {
    this.disturbances = disturbances;
    this.listener = listener;
    this.toldNanos = nowNanos - QUIET_NANOS;
    this.before = disturbances.totals();
    this.last = before;
    this.lastNanos = nowNanos;
  }

  /** Takes a sample if a second is over. */
  void tick(long nowNanos) {
    if (nowNanos - lastNanos >= SAMPLE_NANOS) {
      before = last;
      last = disturbances.totals();
      lastNanos = nowNanos;
    }
  }

  /** The agent stood still, for so many ms. */
  void stalled(long ms) {
    listener.stalled(ms, causes());
  }

  /** The agent has disturbed a result. */
  void disturbed(long lagMicros, long nowNanos) {
    if (nowNanos - toldNanos >= QUIET_NANOS) {
      toldNanos = nowNanos;
      listener.disturbed(lagMicros, causes());
    }
  }

  /** Returns the causes that the system tells, or none. */
  private Set<Cause> causes() {
    Disturbances.Totals now = disturbances.totals();
    Set<Cause> causes = EnumSet.noneOf(Cause.class);
    if (now.gcMs() - before.gcMs() >= GROWN_MS) {
      causes.add(Cause.GC);
    }
    if (now.cpuPressureMicros() - before.cpuPressureMicros() >= GROWN_MICROS) {
      causes.add(Cause.CPU_PRESSURE);
    }
    if (now.throttledMicros() - before.throttledMicros() >= GROWN_MICROS) {
      causes.add(Cause.THROTTLED);
    }
    return causes;
  }
}
