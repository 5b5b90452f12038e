package dev.holdfast.cas;

import java.util.concurrent.TimeUnit;

/**
 * Paces reads. A pause is not made up for afterwards.
 *
 * <p>Threading: for one thread at a time.
 */
final class Rate {
  private final double nanosPerByte;

  /** When all that was read is paid for. */
  private long paidNanos;

  private boolean any;

  /**
   * @param bytesPerSecondMax the fastest that is read, 1 or more
   */
  Rate(long bytesPerSecondMax) {
    this.nanosPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecondMax;
  }

  /**
   * Takes note of a read.
   *
   * @param beganNanos when it began, in nanoseconds of any clock
   * @param bytes how many it brought, 0 or more
   * @return when the next one may begin, by that clock
   */
  long nextNanos(long beganNanos, int bytes) {
    if (!any || paidNanos - beganNanos < 0) {
      paidNanos = beganNanos;
      any = true;
    }
    paidNanos += (long) (bytes * nanosPerByte);
    return paidNanos;
  }
}
