package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A check that runs.
 *
 * <p>Threading: for the agent's loop.
 */
final class Flight {
  final Watched watched;
  final Endpoint endpoint;
  final CheckTime time;
  final long lateMicros;
  final long startNanos;

  /** The agent gives the check up then. */
  long deadlineNanos;

  /** How long the agent stood still meanwhile, in ms. */
  long stalledMs;

  /** True once the wall clock was set forward meanwhile, or the machine was suspended. */
  boolean isClockSet;

  /** True once the endpoint was removed: nobody wants the result. */
  boolean isDiscarded;

  Flight(
      Watched watched,
      Endpoint endpoint,
      CheckTime time,
      long lateMicros,
      long startNanos,
      int overdueMs) {
    this.watched = watched;
    this.endpoint = endpoint;
    this.time = time;
    this.lateMicros = lateMicros;
    this.startNanos = startNanos;
    this.deadlineNanos =
        startNanos
            + TimeUnit.MILLISECONDS.toNanos((long) endpoint.timing().timeoutMs() + overdueMs);
  }

  /** Notes that the agent stood still. The check gets the time back. */
  void stalled(long ms) {
    stalledMs += ms;
    deadlineNanos += TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /**
   * Returns the result: the finding with the agent's own share.
   *
   * @param lagMicros the worst lag while it ran, in µs
   * @param lagMaxMs the worst lag that a measurement stands, in ms
   */
  CheckResult result(Measured measured, long lagMicros, int lagMaxMs) {
    boolean isDoubtful = stalledMs > 0 || isClockSet;
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    flags.addAll(measured.flags());
    if (!isDoubtful
        && measured.outcome().isMeasured()
        && lagMicros > TimeUnit.MILLISECONDS.toMicros(lagMaxMs)) {
      flags.add(Flag.TAINTED);
    }
    return new CheckResult(
        watched.id,
        time.dueMs(),
        time.kind(),
        new CheckResult.Delay(lateMicros, lagMicros),
        isDoubtful ? Outcome.AGENT : measured.outcome(),
        isDoubtful ? doubt() : measured.reason(),
        isDoubtful ? doubtInWords() : measured.detail(),
        measured.answer(),
        flags);
  }

  private Reason doubt() {
    return stalledMs > 0 ? Reason.STALLED : Reason.CLOCK;
  }

  private String doubtInWords() {
    return stalledMs > 0
        ? "the agent did not run for " + stalledMs + " ms"
        : "the clock was set while the check ran, or the machine was suspended";
  }
}
