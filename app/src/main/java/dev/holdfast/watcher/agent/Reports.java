package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;

/**
 * Hands on what the agent finds. A taker that fails does not stop the agent: what it did not take
 * is counted.
 *
 * <p>Threading: for the agent's loop.
 */
final class Reports {
  private final ResultSink sink;
  private final AgentListener listener;
  private final AgentCounts counts;
  private final NoiseFloors floors;

  Reports(ResultSink sink, AgentListener listener, AgentCounts counts, NoiseFloors floors) {
    this.sink = sink;
    this.listener = listener;
    this.counts = counts;
    this.floors = floors;
  }

  /**
   * Hands a result on. That of a canary goes to the noise floor, once the agent is warm.
   *
   * @param startNanos when the check began, by the monotonic clock; its end if it did not begin
   * @param endNanos when it ended
   */
  void result(Watched watched, CheckResult result, boolean isWarm, long startNanos, long endNanos) {
    if (!watched.isCanary) {
      counts.result(result);
      guarded("a result of " + watched.id, () -> sink.accept(result));
    } else if (isWarm) {
      floors.add(watched.endpoint.orElseThrow(), result, startNanos, endNanos);
    }
  }

  /** Hands a silence on. */
  void gap(Gap gap) {
    counts.gap(gap);
    guarded("a silence", () -> sink.accept(gap));
  }

  private void guarded(String what, Runnable handover) {
    try {
      handover.run();
    } catch (RuntimeException e) { // goes on: the others are checked all the same
      counts.failed();
      listener.lost(what, e);
    }
  }
}
