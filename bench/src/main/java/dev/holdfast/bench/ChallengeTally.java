package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of the requests of one phase. Latency counts from the time at which a request was due
 * until its whole answer.
 */
final class ChallengeTally {
  private static final long SECOND = 1_000_000_000L;
  private static final int REASONS_MAX = 20;
  private static final double SLOW_MS = 1000;

  private final long startNanos;
  private final List<Double> getMillis = new ArrayList<>();
  private final List<Double> writeMillis = new ArrayList<>();
  private final Map<Integer, Integer> rightBySecond = new LinkedHashMap<>();
  private final Map<String, Integer> reasons = new LinkedHashMap<>();
  private int sent;
  private int failed;
  private int invalid;
  private double lateMsMax;
  private long badDueFirst = Long.MAX_VALUE;
  private long badDueLast = Long.MIN_VALUE;

  ChallengeTally(long startNanos) {
    this.startNanos = startNanos;
  }

  /** Takes note of a request that is sent now. Returns when it was due. */
  long sent(long dueNanos) {
    sent++;
    lateMsMax = Math.max(lateMsMax, (System.nanoTime() - dueNanos) / 1e6);
    return dueNanos;
  }

  void right(long dueNanos, long endNanos, boolean get) {
    double millis = (endNanos - dueNanos) / 1e6;
    (get ? getMillis : writeMillis).add(millis);
    rightBySecond.merge((int) ((endNanos - startNanos) / SECOND), 1, Integer::sum);
    if (millis > SLOW_MS) {
      bad(dueNanos);
    }
  }

  void failed(long dueNanos, String why) {
    failed++;
    note(dueNanos, why);
  }

  void invalid(long dueNanos, String why) {
    invalid++;
    note(dueNanos, "INVALID: " + why);
  }

  int sent() {
    return sent;
  }

  int failed() {
    return failed;
  }

  int invalid() {
    return invalid;
  }

  /** Returns the reasons of failed and invalid answers, with their counts. */
  Map<String, Integer> reasons() {
    return reasons;
  }

  /** Returns how late the latest request was sent, in ms. */
  double lateMsMax() {
    return lateMsMax;
  }

  /** Returns the 99th percentile of right GETs in ms, NaN if there were none. */
  double getP99Ms() {
    return OpenLoad.figure(getMillis, Sample.NONE).value();
  }

  /** Returns the 99th percentile of acknowledged writes in ms, NaN if there were none. */
  double writeP99Ms() {
    return OpenLoad.figure(writeMillis, Sample.NONE).value();
  }

  /** Returns how many right answers ended in this second of the phase. */
  int right(int second) {
    return rightBySecond.getOrDefault(second, 0);
  }

  /**
   * Returns the second with the most right answers, among those that were over when the first
   * request was due that failed or took more than a second; -1 if there is none.
   */
  int best(int seconds) {
    int best = -1;
    for (int i = 0; i < seconds && startNanos + (i + 1) * SECOND <= badDueFirst; i++) {
      best = best < 0 || right(i) > right(best) ? i : best;
    }
    return best;
  }

  /** Returns the mean of right answers a second from one second of the phase until another. */
  double meanRight(int from, int until) {
    int sum = 0;
    for (int i = from; i < until; i++) {
      sum += right(i);
    }
    return (double) sum / (until - from);
  }

  /**
   * Returns when the last request was due that failed or took more than a second, in seconds after
   * the phase began; 0 if none did.
   */
  double lastBadSeconds() {
    return badDueLast == Long.MIN_VALUE ? 0 : (badDueLast - startNanos) / 1e9;
  }

  private void note(long dueNanos, String why) {
    bad(dueNanos);
    if (reasons.size() < REASONS_MAX || reasons.containsKey(why)) {
      reasons.merge(why, 1, Integer::sum);
    }
  }

  private void bad(long dueNanos) {
    badDueFirst = Math.min(badDueFirst, dueNanos);
    badDueLast = Math.max(badDueLast, dueNanos);
  }
}
