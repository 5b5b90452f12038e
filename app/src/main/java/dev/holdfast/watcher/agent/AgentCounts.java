package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of an agent since its start.
 *
 * <p>Threading: the loop counts; any thread may read.
 */
public final class AgentCounts {
  private final Map<Outcome, LongAdder> outcomes = adders(Outcome.class);
  private final Map<Reason, LongAdder> missed = adders(Reason.class);
  private final LongAdder tainted = new LongAdder();
  private final LongAdder againRefused = new LongAdder();
  private final LongAdder repeatsLeftOut = new LongAdder();
  private final LongAdder overdue = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile int inFlight;
  private volatile int endpoints;

  /** Returns an adder for each word. The map never changes, so that any thread may read it. */
  private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> words) {
    var adders = new EnumMap<E, LongAdder>(words);
    for (E word : words.getEnumConstants()) {
      adders.put(word, new LongAdder());
    }
    return adders;
  }

  /** Returns how many results have an outcome. Slots of a {@link Gap} are {@code MISSED}. */
  public long outcomes(Outcome outcome) {
    return outcomes.get(outcome).sum();
  }

  /** Returns how many slots and checks again nobody made, for a reason. */
  public long missed(Reason reason) {
    return missed.get(reason).sum();
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

  /** Returns how often the agent itself, or the taker of a result, has failed by a bug. */
  public long failures() {
    return failures.sum();
  }

  /** Returns how many checks run. */
  public int inFlight() {
    return inFlight;
  }

  /** Returns how many endpoints the agent checks, with its canaries. */
  public int endpoints() {
    return endpoints;
  }

  void result(CheckResult result) {
    outcomes.get(result.outcome()).increment();
    if (result.outcome() == Outcome.MISSED) {
      missed.get(result.reason()).increment();
    }
    if (result.flags().contains(Flag.TAINTED)) {
      tainted.increment();
    }
  }

  void gap(Gap gap) {
    outcomes.get(Outcome.MISSED).add(gap.slots());
    missed.get(gap.reason()).add(gap.slots());
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

  void failed() {
    failures.increment();
  }

  void sizes(int flights, int endpointCount) {
    inFlight = flights;
    endpoints = endpointCount;
  }
}
