package dev.holdfast.http;

import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs which requests were answered 5xx, and why. It logs a bounded number a second, so that an
 * overload does not overload the log, too. The next line says how many were left out. nginx's
 * access log has them all.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class ServerErrors {
  /** Longer targets are cut. */
  private static final int TARGET_CHARS_MAX = 1000;

  private static final Problem UNEXPECTED =
      Problem.of(500, "unexpected failure; the log of the service says more").with(Effect.UNKNOWN);

  private static final long SECOND_NANOS = 1_000_000_000;

  private final Logger log;
  private final int perSecondMax;
  private final LongSupplier nanoTime;

  private long secondBegan; // guarded by this
  private int logged; // guarded by this, in the second that began
  private long leftOut; // guarded by this, since the last one that was logged

  /**
   * @param perSecondMax how many requests are logged in a second, 1 or more
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  ServerErrors(Logger log, int perSecondMax, LongSupplier nanoTime) {
    this.log = log;
    this.perSecondMax = perSecondMax;
    this.nanoTime = nanoTime;
    this.secondBegan = nanoTime.getAsLong();
  }

  /** Logs an expected answer of 5xx, as for an overload or a silent file server. */
  void answered(int status, String method, String target, String detail) {
    long before = take();
    if (before >= 0) {
      log.warn("{} to {} {}: {}{}", status, method, cut(target), detail, others(before));
    }
  }

  /**
   * Logs a request that failed unexpectedly or for want of file descriptors.
   *
   * @return the answer to it
   */
  Problem unexpected(String method, String target, Exception e) {
    if (Descriptors.areShort(e)) {
      Problem problem = Descriptors.PROBLEM;
      answered(problem.status(), method, target, problem.detail());
      return problem;
    }
    long before = take();
    if (before >= 0) {
      log.error("unexpected failure of {} {}{}", method, cut(target), others(before), e);
    }
    return UNEXPECTED;
  }

  /** Returns how many were left out before this one, or -1 to leave this one out, too. */
  private synchronized long take() {
    long now = nanoTime.getAsLong();
    if (now - secondBegan >= SECOND_NANOS) {
      secondBegan = now;
      logged = 0;
    }
    if (logged >= perSecondMax) {
      leftOut++;
      return -1;
    }
    logged++;
    long before = leftOut;
    leftOut = 0;
    return before;
  }

  private static String others(long leftOut) {
    return leftOut == 0 ? "" : " (and " + leftOut + " more since the last that is logged)";
  }

  private static String cut(String target) {
    return target.length() <= TARGET_CHARS_MAX ? target : target.substring(0, TARGET_CHARS_MAX);
  }
}
