package dev.holdfast.bench;

/**
 * A row of the watcher's table of checks.
 *
 * @param number the number of the endpoint, which its path ends with
 * @param dueMs when it was due, in ms since the epoch
 * @param kind 0 for a slot; others are checks again, and slots that come a second time
 * @param outcome a number of {@link WatchCodes}
 * @param reason a number of {@link WatchCodes}
 * @param isTainted true if the agent has disturbed it
 * @param lateMicros from when it was due to its start
 * @param siteMicros its own time: the sum of connect, TLS, first byte and transfer
 * @param firstByteMicros from the request to the first byte, or -1 if none came
 */
record WatchCheck(
    long number,
    long dueMs,
    int kind,
    int outcome,
    int reason,
    boolean isTainted,
    long lateMicros,
    long siteMicros,
    long firstByteMicros) {

  /** Returns when it began, in µs since the epoch. */
  long startMicros() {
    return dueMs * 1_000 + lateMicros;
  }

  boolean isSlot() {
    return kind == WatchCodes.SLOT || kind == WatchCodes.REPEATED;
  }

  /** Returns true if the site answered as it should. */
  boolean isAnswered() {
    return outcome < WatchCodes.DOWN;
  }

  /** Returns true if nobody checked. */
  boolean isMissed() {
    return outcome == WatchCodes.MISSED;
  }
}
