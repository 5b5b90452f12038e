package dev.holdfast.watcher;

import java.util.EnumMap;
import java.util.OptionalLong;

/**
 * The durations of the phases that a check has reached the end of, in µs. Those of a check with
 * redirects are the sums over its hops.
 *
 * <p>Threading: immutable.
 */
public final class Phases {
  /** No phase was reached. */
  public static final Phases NONE = new Phases(new EnumMap<>(Phase.class));

  /** The durations of the phases that were reached. It is not changed. */
  private final EnumMap<Phase, Long> micros;

  private Phases(EnumMap<Phase, Long> micros) {
    this.micros = micros;
  }

  /** Returns the duration of a phase in µs, or empty if the check did not reach its end. */
  public OptionalLong micros(Phase phase) {
    Long value = micros.get(phase);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Returns these phases with a further duration, in µs, which is added to what is there. */
  public Phases plus(Phase phase, long durationMicros) {
    if (durationMicros < 0) {
      throw new IllegalArgumentException("a duration is 0 or more, not " + durationMicros);
    }
    EnumMap<Phase, Long> more = new EnumMap<>(micros);
    more.merge(phase, durationMicros, Long::sum);
    return new Phases(more);
  }

  /** Returns the sum of all phases but {@link Phase#WAIT}, in µs: the site's own time. */
  public long sumMicros() {
    long sum = micros.values().stream().mapToLong(Long::longValue).sum();
    return sum - micros.getOrDefault(Phase.WAIT, 0L);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Phases phases && micros.equals(phases.micros);
  }

  @Override
  public int hashCode() {
    return micros.hashCode();
  }

  @Override
  public String toString() {
    return micros.toString();
  }
}
