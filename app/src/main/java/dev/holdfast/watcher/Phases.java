package dev.holdfast.watcher;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The durations of the phases that a check has reached the end of, in µs. Those of a check with
 * redirects are the sums over its hops.
 *
 * <p>Threading: immutable.
 */
public final class Phases {
  /** No phase was reached. */
  public static final Phases NONE = new Phases(emptyMicros());

  private static final long UNREACHED = -1;

  private final long[] micros;

  private Phases(long[] micros) {
    this.micros = micros;
  }

  private static long[] emptyMicros() {
    long[] micros = new long[Phase.values().length];
    Arrays.fill(micros, UNREACHED);
    return micros;
  }

  /** Returns the duration of a phase in µs, or empty if the check did not reach its end. */
  public OptionalLong micros(Phase phase) {
    long value = micros[phase.ordinal()];
    return value == UNREACHED ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Returns these phases with a further duration, in µs, which is added to what is there. */
  public Phases plus(Phase phase, long durationMicros) {
    if (durationMicros < 0) {
      throw new IllegalArgumentException("a duration is 0 or more, not " + durationMicros);
    }
    long[] more = micros.clone();
    more[phase.ordinal()] = Math.max(more[phase.ordinal()], 0) + durationMicros;
    return new Phases(more);
  }

  /** Returns the sum of all phases but {@link Phase#WAIT}, in µs: the site's own time. */
  public long sumMicros() {
    long sum = 0;
    for (Phase phase : Phase.values()) {
      if (phase != Phase.WAIT) {
        sum += Math.max(micros[phase.ordinal()], 0);
      }
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Phases phases && Arrays.equals(micros, phases.micros);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(micros));
  }

  @Override
  public String toString() {
    return Arrays.toString(micros);
  }
}
