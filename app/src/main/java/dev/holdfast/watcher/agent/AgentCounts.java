package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of an agent since its start.
 *
 * <p>Threading: the loop counts; any thread may read.
 */
public final class AgentCounts {
  private final AtomicLongArray outcomes = new AtomicLongArray(Outcome.values().length);
  private final AtomicLongArray missed = new AtomicLongArray(Reason.values().length);
  private final LongAdder tainted = new LongAdder();
  private final LongAdder againRefused = new LongAdder();
  private final LongAdder repeatsLeftOut = new LongAdder();
  private final LongAdder overdue = new LongAdder();
  private volatile int inFlight;
  private volatile int endpoints;

  /** Returns how many results have an outcome. Slots of a {@link Gap} are {@code MISSED}. */
  public long outcomes(Outcome outcome) {
    return outcomes.get(outcome.ordinal());
  }

  /** Returns how many slots and checks again nobody made, for a reason. */
  public long missed(Reason reason) {
    return missed.get(reason.ordinal());
  }

  /** Returns how many results the agent has disturbed. */
  public long tainted() {
    return tainted.sum();
  }

  /** Returns how many checks again a bound has prevented. */
  public long againsRefused() {
    return againRefused.sum();
  }

  /** Returns how many slots were left out since their due time came a third time. */
  public long repeatsLeftOut() {
    return repeatsLeftOut.sum();
  }

  /** Returns how many checks did not end, so that the agent has given them up. */
  public long overdue() {
    return overdue.sum();
  }

  /** Returns how many checks run. */
  public int inFlight() {
    return inFlight;
  }

  /** Returns how many endpoints the agent checks. */
  public int endpoints() {
    return endpoints;
  }

  void result(CheckResult result) {
    outcomes.incrementAndGet(result.outcome().ordinal());
    if (result.outcome() == Outcome.MISSED) {
      missed.incrementAndGet(result.reason().ordinal());
    }
    if (result.flags().contains(Flag.TAINTED)) {
      tainted.increment();
    }
  }

  void gap(Gap gap) {
    outcomes.addAndGet(Outcome.MISSED.ordinal(), gap.slots());
    missed.addAndGet(gap.reason().ordinal(), gap.slots());
  }

  void againRefused() {
    againRefused.increment();
  }

  void repeatLeftOut() {
    repeatsLeftOut.increment();
  }

  void givenUp() {
    overdue.increment();
  }

  void sizes(int flights, int endpointCount) {
    inFlight = flights;
    endpoints = endpointCount;
  }
}
