package dev.holdfast.counters;

import java.util.HashMap;
import java.util.Map;

/**
 * The questions that are not answered yet. Each of them keeps its memory, so there is a bound for
 * one address, and one for all together. Addresses that did not answer last have lower bounds of
 * their own: they cannot take the room of those that answer.
 *
 * <p>Threading: under the actor's lock.
 */
final class InFlight {
  /** Questions to one address; a further one is not sent. */
  static final int ADDRESS_MAX = 4_096;

  /** The same for an address that did not answer last. */
  static final int SILENT_ADDRESS_MAX = 64;

  /** Questions to all addresses that answered last. */
  static final int ALL_MAX = 16_384;

  /** The same for all addresses that did not answer last. */
  static final int ALL_SILENT_MAX = 1_024;

  /** Bytes of questions from which on no further one is sent to an address that answered last. */
  static final long BYTES_MAX = 16 * 1024 * 1024;

  /** The same for all addresses that did not answer last. */
  static final long SILENT_BYTES_MAX = 4 * 1024 * 1024;

  private final Map<Address, Integer> counts = new HashMap<>();
  private final Sum answering = new Sum();
  private final Sum silent = new Sum();

  /** Questions of one kind, and their bytes. */
  private static final class Sum {
    private int count;
    private long bytes;

    void add(int questions, long length) {
      count += questions;
      bytes += length;
    }
  }

  /**
   * Returns true if no further question may be sent to an address.
   *
   * @param isReachable whether it answered last
   */
  boolean isFull(Address to, boolean isReachable) {
    int count = counts.getOrDefault(to, 0);
    return isReachable
        ? count >= ADDRESS_MAX || answering.count >= ALL_MAX || answering.bytes >= BYTES_MAX
        : count >= SILENT_ADDRESS_MAX
            || silent.count >= ALL_SILENT_MAX
            || silent.bytes >= SILENT_BYTES_MAX;
  }

  /** Adds a question of so many bytes. Returns what takes it out again, once. */
  Runnable add(Address to, boolean isReachable, int bytes) {
    Sum sum = isReachable ? answering : silent;
    sum.add(1, bytes);
    counts.merge(to, 1, Integer::sum);
    return () -> {
      sum.add(-1, -bytes);
      counts.computeIfPresent(to, (_, count) -> count == 1 ? null : count - 1);
    };
  }
}
