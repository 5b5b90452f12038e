package dev.holdfast.files;

import java.util.random.RandomGenerator;

/**
 * The waits between attempts: each up to twice as long as the one before, up to a bound, with half
 * of it left to chance, so that many who failed together do not come back together.
 *
 * <p>Threading: for one thread at a time.
 */
final class Backoff {
  private final long maxMs;
  private final RandomGenerator random;
  private long nextMs;

  Backoff(long firstMs, long maxMs, RandomGenerator random) {
    this.nextMs = firstMs;
    this.maxMs = maxMs;
    this.random = random;
  }

  /** The next wait, in milliseconds: 1 to the bound. */
  long nextMs() {
    long full = nextMs;
    nextMs = Math.min(maxMs, nextMs * 2);
    return Math.max(1, full / 2 + random.nextLong(full / 2 + 1));
  }
}
