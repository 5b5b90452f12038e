package dev.holdfast.watcher;

import dev.holdfast.bounds.Bounds;
import java.nio.charset.StandardCharsets;

/**
 * The slots of an endpoint. Slot k is due at {@code phase + k × interval} ms after the epoch of the
 * wall clock. The phase is a hash of the id modulo the interval: phases are spread evenly, and they
 * are the same in every process and after every start.
 *
 * <p>So (endpoint, due) names a slot for ever. A change of the interval changes which slots come;
 * the rows of those that were stay.
 *
 * @param intervalMs {@value #INTERVAL_MIN_MS} to {@value #INTERVAL_MAX_MS}
 * @param phaseMs 0 to {@code intervalMs - 1}
 */
public record Schedule(int intervalMs, int phaseMs) {
  /** The shortest interval, in ms. */
  public static final int INTERVAL_MIN_MS = 5_000;

  /** The longest interval, in ms. */
  public static final int INTERVAL_MAX_MS = 300_000;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  public Schedule {
    Bounds.within("intervalMs", intervalMs, INTERVAL_MIN_MS, INTERVAL_MAX_MS);
    Bounds.within("phaseMs", phaseMs, 0, intervalMs - 1L);
  }

  /** Returns the slots of an endpoint. */
  public static Schedule of(EndpointId id, int intervalMs) {
    Bounds.within("intervalMs", intervalMs, INTERVAL_MIN_MS, INTERVAL_MAX_MS);
    return new Schedule(intervalMs, (int) Long.remainderUnsigned(hash(id), intervalMs));
  }

  /**
   * Returns the first slot that is due at the moment or after it, in ms since the epoch.
   *
   * @throws ArithmeticException if that is beyond the range of a {@code long}
   */
  public long dueAtOrAfter(long epochMs) {
    int past = past(epochMs);
    return past == 0 ? epochMs : Math.addExact(epochMs, intervalMs - past);
  }

  /**
   * Returns the last slot that is due at the moment or before it, in ms since the epoch.
   *
   * @throws ArithmeticException if that is beyond the range of a {@code long}
   */
  public long dueAtOrBefore(long epochMs) {
    return Math.subtractExact(epochMs, past(epochMs));
  }

  /** Returns true if a slot is due at the very moment, in ms since the epoch. */
  public boolean isDue(long epochMs) {
    return past(epochMs) == 0;
  }

  /** Returns the time since the last slot, in ms, 0 to {@code intervalMs - 1}. */
  private int past(long epochMs) {
    // The difference is taken of two remainders, so that it cannot overflow.
    return Math.floorMod(Math.floorMod(epochMs, intervalMs) - phaseMs, intervalMs);
  }

  /**
   * Returns a 64-bit hash of the id: FNV-1a, then the mixer of MurmurHash3, since the low bits of
   * FNV alone follow the last character too closely.
   */
  static long hash(EndpointId id) {
    long hash = FNV_OFFSET;
    for (byte b : id.text().getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
