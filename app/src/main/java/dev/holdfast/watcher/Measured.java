package dev.holdfast.watcher;

import java.util.Set;

/**
 * The findings of one check, before the agent adds when it was due and its own share of the delay.
 *
 * @param outcome the outcome
 * @param reason why
 * @param detail more on the reason, for people: one line, empty if there is none
 * @param answer the site's answer
 * @param flags remarks
 */
public record Measured(
    Outcome outcome, Reason reason, String detail, CheckResult.Answer answer, Set<Flag> flags) {

  public Measured {
    flags = Set.copyOf(flags);
  }
}
