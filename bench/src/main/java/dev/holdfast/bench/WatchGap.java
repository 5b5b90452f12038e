package dev.holdfast.bench;

/**
 * A silence of the agent, which stands for all slots that are due in (after, until].
 *
 * @param afterMs in ms since the epoch
 * @param untilMs in ms since the epoch
 */
record WatchGap(long afterMs, long untilMs, int reason) {
  boolean covers(long dueMs) {
    return dueMs > afterMs && dueMs <= untilMs;
  }
}
