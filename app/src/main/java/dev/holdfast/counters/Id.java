package dev.holdfast.counters;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** 128 random bits: the identity of an actor, a process, a slot, a freeze or a line. */
public record Id(long high, long low) implements Comparable<Id> {
  /** Nobody's identity. */
  public static final Id NONE = new Id(0, 0);

  static Id random(RandomGenerator random) {
    return new Id(random.nextLong(), random.nextLong() | 1); // never NONE
  }

  /** Returns 128 bits that tell some bytes from all others: the first half of their SHA-256. */
  static Id digest(byte[] bytes) {
    try {
      var digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new Id(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public int compareTo(Id other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  // By hand, as in Address.

  @Override
  public boolean equals(Object other) {
    return other instanceof Id id && high == id.high && low == id.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  /** Returns 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
