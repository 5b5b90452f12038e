package dev.holdfast.watcher.agent;

import dev.holdfast.bounds.Bounds;

/**
 * The bounds of an agent.
 *
 * @param inFlightMax how many checks run at once, 1 or more. A further one waits for {@code
 *     lateMaxMs} and is skipped then: {@code SATURATED}
 * @param lateMaxMs how late a check may start, in ms, 1 to 2500. A later one is skipped: {@code
 *     LATE}
 * @param stallMs the loop stood still if it did not run for so long, in ms, 200 or more. Everything
 *     that ran meanwhile is {@code AGENT}, and the slots meanwhile are skipped: {@code STALLED}
 * @param clockStepMs the wall clock was set if it moved by so much more or less than the monotonic
 *     one at once, in ms, 10 or more
 * @param gapMs a silence longer than this is one {@link Gap} instead of a result of each slot, in
 *     ms, 1000 or more
 * @param lagMaxMs the worst lag of the event loops that a measurement stands, in ms, 1 or more.
 *     Beyond it the result is tainted
 * @param againMs from the end of a check to the check again, in ms, 1 or more. Checks again that
 *     many endpoints need at once are spread over as much time once more
 * @param againInRowMax how many times in a row the agent checks an endpoint again since it
 *     disturbed the check, 0 or more
 * @param againWaitingMax how many checks again may wait, 0 or more. The slots that follow take the
 *     place of further ones
 * @param overdueMs how much longer than its time-out a check may take, in ms, 1 or more. Then the
 *     agent gives it up: {@code AGENT_FAILURE}
 * @param warmUpChecks how many checks each canary has before the first slot, 0 or more
 * @param warmUpMaxMs how long they may take in all, in ms, 0 or more. The slots begin then in any
 *     case
 */
public record AgentConfig(
    int inFlightMax,
    int lateMaxMs,
    int stallMs,
    int clockStepMs,
    int gapMs,
    int lagMaxMs,
    int againMs,
    int againInRowMax,
    int againWaitingMax,
    int overdueMs,
    int warmUpChecks,
    int warmUpMaxMs) {

  public static final AgentConfig DEFAULT =
      new AgentConfig(5_000, 1_000, 1_000, 250, 15_000, 100, 1_500, 2, 2_000, 5_000, 4, 10_000);

  public AgentConfig {
    Bounds.atLeast("inFlightMax", inFlightMax, 1);
    Bounds.within("lateMaxMs", lateMaxMs, 1, 2_500);
    Bounds.atLeast("stallMs", stallMs, 2 * AgentLoop.TICK_MS);
    Bounds.atLeast("clockStepMs", clockStepMs, 10);
    Bounds.atLeast("gapMs", gapMs, 1_000);
    Bounds.atLeast("lagMaxMs", lagMaxMs, 1);
    Bounds.atLeast("againMs", againMs, 1);
    Bounds.orMore("againInRowMax", againInRowMax, 0);
    Bounds.orMore("againWaitingMax", againWaitingMax, 0);
    Bounds.atLeast("overdueMs", overdueMs, 1);
    Bounds.orMore("warmUpChecks", warmUpChecks, 0);
    Bounds.orMore("warmUpMaxMs", warmUpMaxMs, 0);
  }
}
