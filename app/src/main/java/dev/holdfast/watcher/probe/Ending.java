package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.OptionalLong;

/**
 * The end of a check, and its reason.
 *
 * @param detail more on the reason, one line, empty if there is none
 * @param retryAfterMs how long the site asks to be left alone, in ms
 */
record Ending(Outcome outcome, Reason reason, String detail, OptionalLong retryAfterMs) {
  static Ending up() {
    return new Ending(Outcome.UP, Reason.NONE, "", OptionalLong.empty());
  }

  static Ending down(Reason reason, String detail) {
    return new Ending(Outcome.DOWN, reason, detail, OptionalLong.empty());
  }

  static Ending degraded(Reason reason, String detail) {
    return new Ending(Outcome.DEGRADED, reason, detail, OptionalLong.empty());
  }

  static Ending undecided(Reason reason, String detail) {
    return new Ending(Outcome.UNDECIDED, reason, detail, OptionalLong.empty());
  }

  static Ending agent(Reason reason, String detail) {
    return new Ending(Outcome.AGENT, reason, detail, OptionalLong.empty());
  }

  static Ending missed(Reason reason, String detail) {
    return new Ending(Outcome.MISSED, reason, detail, OptionalLong.empty());
  }

  Ending withRetryAfterMs(OptionalLong ms) {
    return new Ending(outcome, reason, detail, ms);
  }
}
