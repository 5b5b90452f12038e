package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.Map;

/**
 * About how much memory counters take, and how much they may. What a start needs to read their
 * files is a part of it: an actor must not take more than it can start with.
 *
 * <p>There are three bounds, so that counters that are there still count where new ones are
 * refused:
 *
 * <ul>
 *   <li>New counters of clients, and longer values, are taken up to the first.
 *   <li>Shares of others are taken up to the second, a quarter above it.
 *   <li>New shares of counters that are there are taken up to the third, a half above the first. An
 *       actor needs one for each counter that it counts after a start.
 * </ul>
 *
 * <p>Threading: under the actor's lock.
 */
final class Memory {
  private static final long COUNTER_BYTES = 200;
  private static final long SHARE_BYTES = 64;

  /** The two objects of a value that is one of its own, besides its digits. */
  private static final long VALUE_BYTES = 48;

  /** Besides name and value, in a file. */
  private static final long RECORD_BYTES = 8;

  /** How often a file may have a share: in its snapshot, and in as much that has come since. */
  private static final long IN_FILE = 2;

  private final long bytesMax;
  private long bytes;

  Memory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Returns about how much a counter takes besides its shares and its value, in bytes. */
  static long ofCounter(CounterName name) {
    return COUNTER_BYTES + name.length();
  }

  /** Returns about how much a share takes, and a start for it, besides its value, in bytes. */
  static long ofShare(CounterName name) {
    return SHARE_BYTES + IN_FILE * (RECORD_BYTES + name.length());
  }

  /** Returns about how much the value of a share takes, and a start for it, in bytes. */
  static long ofValue(BigInteger value) {
    return ofTotal(value) == 0 ? 0 : ofTotal(value) + IN_FILE * digits(value);
  }

  /** Returns about how much the value of a counter takes, in bytes. Short ones take nothing. */
  static long ofTotal(BigInteger total) {
    return total.bitLength() < Long.SIZE ? 0 : VALUE_BYTES + digits(total);
  }

  /** Returns how long the digits of a value are, in bytes: these come in fours. */
  private static long digits(BigInteger value) {
    return value.bitLength() / Integer.SIZE * (long) Integer.BYTES + Integer.BYTES;
  }

  /** Returns about how much some amounts may take at most once they are counted, in bytes. */
  static long atMost(Map<CounterName, BigInteger> amounts) {
    long sum = 0;
    for (var counted : amounts.entrySet()) {
      CounterName name = counted.getKey();
      long value = 2 * VALUE_BYTES + (2 + IN_FILE) * digits(counted.getValue());
      sum += ofCounter(name) + ofShare(name) + value;
    }
    return sum;
  }

  /** Adds bytes that are taken. */
  void take(long more) {
    bytes += more;
  }

  /** Returns how many bytes are taken. */
  long bytes() {
    return bytes;
  }

  /**
   * Returns true if there is none for new counters, and for longer values.
   *
   * @param underWay bytes that are promised already
   */
  boolean isFull(long underWay) {
    return bytes + underWay >= bytesMax;
  }

  /** Returns true if there is none for what others bring. */
  boolean isFullForOthers() {
    return bytes - bytesMax >= bytesMax / 4;
  }

  /**
   * Returns true if there is none for a new share of a counter that is there.
   *
   * @param underWay bytes that are promised already
   */
  boolean isFullForShares(long underWay) {
    return bytes + underWay - bytesMax >= bytesMax / 2;
  }
}
