package dev.holdfast.bench;

/** A check and the request that the farm saw of it. */
record WatchPair(WatchCheck check, WatchRequest request) {
  /**
   * Returns how much longer than the truth the first byte took by the check, in ms. The truth is
   * from when the farm had read the request until it had sent the first byte.
   */
  double errorMs() {
    return check.firstByteMicros() / 1e3 - request.delayMs();
  }

  /** Returns by how much the time of the whole check is longer than the farm's delay, in ms. */
  double inflationMs() {
    return check.siteMicros() / 1e3 - request.delayMs();
  }

  /** Returns true if it tells how well the agent measures. */
  boolean isTimed() {
    return check.outcome() == WatchCodes.UP
        && !check.isTainted()
        && check.firstByteMicros() >= 0
        && request.isAnswered();
  }
}
