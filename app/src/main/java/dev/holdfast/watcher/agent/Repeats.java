package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.Kind;
import java.util.Optional;

/**
 * Knows which due times have passed already. After the clock was set back they come again, and
 * their slots are checked as {@link Kind#REPEATED}: the sites are watched on, and no slot has two
 * results. Where a due time comes a third time, nothing is checked.
 *
 * <p>Threading: for the agent's loop.
 */
final class Repeats {
  private long slotsUntilMs = Long.MIN_VALUE;
  private long repeatsUntilMs = Long.MIN_VALUE;

  /** Notes that the clock was set back, from a moment up to which all slots are done. */
  void setBackFrom(long epochMs) {
    repeatsUntilMs = Math.max(repeatsUntilMs, Math.min(epochMs, slotsUntilMs));
    slotsUntilMs = Math.max(slotsUntilMs, epochMs);
  }

  /** Returns true if the moment comes a second time. */
  boolean isRepeated(long epochMs) {
    return epochMs <= slotsUntilMs;
  }

  /** Returns the moment, or a later one up to which all slots were done before. */
  long firstTimeAfter(long epochMs) {
    return Math.max(epochMs, slotsUntilMs);
  }

  /** Returns the kind that a check gets, or empty if its slot was checked twice already. */
  Optional<Kind> kindOf(Kind kind, long dueMs) {
    if (kind != Kind.SLOT || !isRepeated(dueMs)) {
      return Optional.of(kind);
    }
    return dueMs <= repeatsUntilMs ? Optional.empty() : Optional.of(Kind.REPEATED);
  }
}
