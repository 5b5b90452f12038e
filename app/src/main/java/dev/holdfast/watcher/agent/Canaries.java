package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Reason;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The noise floor: the times of the canaries, endpoints on this machine that answer at once and are
 * checked like all others. Their time is the agent's own share in every time that it measures.
 *
 * <p>Threading: the loop adds; any thread may read.
 */
public final class Canaries {
  private static final int KEPT = 256;

  private final long[] times = new long[KEPT]; // guarded by this
  private int added; // guarded by this
  private long failed; // guarded by this

  /** Takes the result of a canary. */
  synchronized void add(CheckResult result) {
    if (result.counts() && result.reason() == Reason.NONE) {
      times[added % KEPT] = result.answer().phases().sumMicros();
      added++;
    } else {
      failed++;
    }
  }

  /** Returns how many checks of canaries have failed. They answer always: the agent is at fault. */
  public synchronized long failed() {
    return failed;
  }

  /**
   * Returns a quantile of the last {@value #KEPT} times of canaries, in µs, or empty if there is
   * none.
   *
   * @param quantile 0 to 1
   */
  public synchronized OptionalLong micros(double quantile) {
    int kept = Math.min(added, KEPT);
    if (kept == 0) {
      return OptionalLong.empty();
    }
    long[] sorted = Arrays.copyOf(times, kept);
    Arrays.sort(sorted);
    return OptionalLong.of(sorted[(int) Math.round(quantile * (kept - 1))]);
  }
}
