package dev.holdfast.watcher;

import java.util.OptionalLong;
import java.util.Set;

/**
 * The findings of one check, before the agent adds when it was due and its own share of the delay.
 *
 * @param outcome the outcome
 * @param reason why
 * @param detail more on the reason, for people: one line, empty if there is none
 * @param answer the site's answer
 * @param flags remarks
 * @param retryAfterMs how long the site asks to be left alone, in ms, or empty if it does not say
 * @param lagMicros the worst lag of the threads that made the check, in µs
 */
public record Measured(
    Outcome outcome,
    Reason reason,
    String detail,
    CheckResult.Answer answer,
    Set<Flag> flags,
    OptionalLong retryAfterMs,
    long lagMicros) {

  public Measured {
    flags = Set.copyOf(flags);
  }

  /** The findings at a site that does not ask to be left alone, by threads without a lag. */
  public Measured(
      Outcome outcome, Reason reason, String detail, CheckResult.Answer answer, Set<Flag> flags) {
    this(outcome, reason, detail, answer, flags, OptionalLong.empty(), 0);
  }

  /** Returns the same, made by threads with a lag. */
  public Measured withLagMicros(long micros) {
    return new Measured(outcome, reason, detail, answer, flags, retryAfterMs, micros);
  }
}
