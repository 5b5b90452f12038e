package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * The state of a sidecar when it was last asked.
 *
 * @param sidecar its address, as {@code host:port}
 * @param answers true if it answered; if not, the rest says nothing
 * @param pendingCount writes that the origin has not confirmed
 * @param oldestPendingMs how long the oldest of them has waited, in milliseconds
 * @param origin the state of the origin: {@code up}, {@code busy}, {@code failing}, {@code down},
 *     {@code unknown}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SidecarState(
    String sidecar, boolean answers, long pendingCount, long oldestPendingMs, String origin) {

  static SidecarState silent(String sidecar) {
    return new SidecarState(sidecar, false, 0, 0, "unknown");
  }
}
