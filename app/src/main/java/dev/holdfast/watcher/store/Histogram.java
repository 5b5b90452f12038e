package dev.holdfast.watcher.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Counts of durations in log-linear buckets: each power of two has {@value #STEPS} of them, so a
 * bucket is at most a sixteenth of its values wide. Values below {@value #STEPS} have a bucket
 * each. Histograms of parts add up to that of the whole.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Histogram {
  private static final int STEP_BITS = 4;
  private static final int STEPS = 1 << STEP_BITS;
  private static final int MOST_BITS = 36;

  /** The highest value: some 19 hours in µs. Higher ones count as this one. */
  public static final long MOST = (1L << MOST_BITS) - 1;

  private static final int BUCKETS = (MOST_BITS - STEP_BITS + 1) * STEPS;

  private final long[] counts = new long[BUCKETS];

  /** Adds a value, 0 or more. */
  public void add(long value) {
    counts[bucket(Math.min(value, MOST))]++;
  }

  /** Adds all that another histogram has. */
  public void add(Histogram other) {
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Returns how many values there are. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /**
   * Returns the highest value of the bucket with the quantile, or empty if there is no value.
   *
   * @param quantile 0 to 1
   */
  public OptionalLong quantile(double quantile) {
    long rank = Math.max(1, (long) Math.ceil(quantile * count()));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return OptionalLong.of(highest(i));
      }
    }
    return OptionalLong.empty();
  }

  private static int bucket(long value) {
    if (value < STEPS) {
      return (int) value;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    int step = (int) (value >>> (power - STEP_BITS)) - STEPS;
    return (power - STEP_BITS + 1) * STEPS + step;
  }

  private static long highest(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    long lowest = (long) (bucket % STEPS + STEPS) << shift;
    return lowest + (1L << shift) - 1;
  }

  /**
   * Returns the bytes that stand for it: for each bucket with values, how many buckets lie between
   * it and the one before, and its count, both in groups of 7 bits, the lowest first.
   */
  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    int next = 0;
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0) {
        write(out, i - next);
        write(out, counts[i]);
        next = i + 1;
      }
    }
    return out.toByteArray();
  }

  /**
   * Returns the histogram of some bytes.
   *
   * @throws IllegalArgumentException if they stand for none
   */
  public static Histogram of(byte[] bytes) {
    var histogram = new Histogram();
    var in = ByteBuffer.wrap(bytes);
    long next = 0;
    while (in.hasRemaining()) {
      next += read(in);
      if (next >= BUCKETS) {
        throw new IllegalArgumentException("a histogram has a bucket too many: " + next);
      }
      histogram.counts[(int) next] = read(in);
      next++;
    }
    return histogram;
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left >= 0x80) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static long read(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      if (!in.hasRemaining()) {
        throw new IllegalArgumentException("a histogram is cut off");
      }
      byte group = in.get();
      value |= (group & 0x7fL) << shift;
      if (group >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of a histogram is too long");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram histogram && Arrays.equals(counts, histogram.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return count() + " values";
  }
}
