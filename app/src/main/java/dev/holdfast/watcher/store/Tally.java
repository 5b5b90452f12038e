package dev.holdfast.watcher.store;

import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Outcome;
import java.util.Arrays;

/**
 * The figures of an endpoint in a window. Tallies of parts of a window add up to that of the whole.
 * Each slot is one of the tainted ones, or has one outcome.
 *
 * <p>Threading: for one thread at a time.
 */
final class Tally {
  private final long[] outcomes = new long[Outcome.values().length];
  private final Histogram histogram = new Histogram();
  private long slots;
  private long again;
  private long tainted;
  private long microsSum;
  private long microsMax;

  Tally() {}

  /** Makes a tally of figures that were stored. */
  Tally(
      long slots,
      long again,
      long[] outcomes,
      long tainted,
      long microsSum,
      long microsMax,
      Histogram histogram) {
    this.slots = slots;
    this.again = again;
    System.arraycopy(outcomes, 0, this.outcomes, 0, outcomes.length);
    this.tainted = tainted;
    this.microsSum = microsSum;
    this.microsMax = microsMax;
    this.histogram.add(histogram);
  }

  /**
   * Adds a result. That of a check again is counted as one, and has no other share: it comes beside
   * the result of its slot.
   *
   * @param isSlot true if it is that of a slot, false for a check again
   * @param flags the bits of its flags
   * @param micros the site's time in µs
   */
  void add(Outcome outcome, boolean isSlot, int flags, long micros) {
    if (!isSlot) {
      again++;
      return;
    }
    slots++;
    if ((flags & Codes.bit(Flag.TAINTED)) != 0) {
      tainted++;
      return;
    }
    outcomes[Codes.of(outcome)]++;
    if (outcome == Outcome.UP || outcome == Outcome.DEGRADED) {
      microsSum += micros;
      microsMax = Math.max(microsMax, micros);
      histogram.add(micros);
    }
  }

  /** Adds slots of a silence, which nobody checked. */
  void addMissed(long count) {
    slots += count;
    outcomes[Codes.of(Outcome.MISSED)] += count;
  }

  /** Adds all that another tally has. */
  void add(Tally other) {
    slots += other.slots;
    again += other.again;
    tainted += other.tainted;
    microsSum += other.microsSum;
    microsMax = Math.max(microsMax, other.microsMax);
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] += other.outcomes[i];
    }
    histogram.add(other.histogram);
  }

  /** Returns how many slots have an outcome, without the tainted ones. */
  long count(Outcome outcome) {
    return outcomes[Codes.of(outcome)];
  }

  long slots() {
    return slots;
  }

  /** Returns how many checks again there were. */
  long again() {
    return again;
  }

  /** Returns how many slots have a result that the agent has disturbed. */
  long tainted() {
    return tainted;
  }

  /** Returns the sum of the times of the results that are up or degraded, in µs. */
  long microsSum() {
    return microsSum;
  }

  /** Returns the longest of these times, in µs. */
  long microsMax() {
    return microsMax;
  }

  /** Returns the histogram of these times, in µs. */
  Histogram histogram() {
    return histogram;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally tally
        && slots == tally.slots
        && again == tally.again
        && tainted == tally.tainted
        && microsSum == tally.microsSum
        && microsMax == tally.microsMax
        && Arrays.equals(outcomes, tally.outcomes)
        && histogram.equals(tally.histogram);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(outcomes);
  }

  @Override
  public String toString() {
    return slots
        + " slots, "
        + Arrays.toString(outcomes)
        + ", tainted "
        + tainted
        + ", again "
        + again;
  }
}
