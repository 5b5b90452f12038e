package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.Optional;

/**
 * Decides which endpoints are checked again before their next slot.
 *
 * <table>
 *   <caption>Checks again</caption>
 *   <tr><td>the agent disturbed the check</td><td>{@code AGAIN_TAINTED}, spread over a while</td></tr>
 *   <tr><td>the first failure</td><td>{@code AGAIN_FAILED}</td></tr>
 *   <tr><td>the site asks to come later</td><td>none</td></tr>
 *   <tr><td>the next slot comes as soon</td><td>none: the slot is the check again</td></tr>
 *   <tr><td>too many wait, or too many in a row</td><td>none, counted</td></tr>
 * </table>
 *
 * <p>Threading: for the agent's loop.
 */
final class Agains {
  private final AgentConfig config;
  private final Timetable timetable;
  private final AgentCounts counts;

  Agains(AgentConfig config, Timetable timetable, AgentCounts counts) {
    this.config = config;
    this.timetable = timetable;
    this.counts = counts;
  }

  /** Takes a result, and plans a check again if there has to be one. */
  void afterResult(Watched watched, CheckResult result, long nowMs) {
    Optional<Kind> kind = kindOf(watched, result);
    if (result.counts()) {
      watched.lastCounted = Optional.of(result.outcome());
      watched.againInRow = 0;
    }
    if (kind.isPresent() && result.reason() != Reason.RETRY_LATER) {
      plan(watched, kind.get(), nowMs);
    }
  }

  private static Optional<Kind> kindOf(Watched watched, CheckResult result) {
    if (result.flags().contains(Flag.TAINTED) || result.outcome() == Outcome.AGENT) {
      return Optional.of(Kind.AGAIN_TAINTED);
    }
    boolean isFirstFailure =
        result.outcome() == Outcome.DOWN
            && watched.lastCounted.filter(last -> last == Outcome.DOWN).isEmpty();
    return isFirstFailure ? Optional.of(Kind.AGAIN_FAILED) : Optional.empty();
  }

  private void plan(Watched watched, Kind kind, long nowMs) {
    long dueMs = nowMs + config.againMs();
    if (kind == Kind.AGAIN_TAINTED) {
      dueMs += Math.floorMod(watched.id.hashCode(), config.againMs());
    }
    boolean isSlotAsSoon = watched.slot.isEmpty() || watched.slot.get().dueMs() <= dueMs;
    if (isSlotAsSoon || watched.again.isPresent()) {
      return;
    }
    boolean isTooOften = kind == Kind.AGAIN_TAINTED && watched.againInRow >= config.againInRowMax();
    if (isTooOften || timetable.againsWaiting() >= config.againWaitingMax()) {
      counts.againRefused();
      return;
    }
    if (kind == Kind.AGAIN_TAINTED) {
      watched.againInRow++;
    }
    timetable.scheduleAgain(watched, dueMs, kind);
  }
}
