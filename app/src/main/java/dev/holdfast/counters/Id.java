package dev.holdfast.counters;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** 128 random bits: the identity of an actor, a process, a slot, a freeze or a line. */
record Id(long high, long low) implements Comparable<Id> {
  /** Nobody's identity. */
  static final Id NONE = new Id(0, 0);

  private static final Comparator<Id> ORDER =
      Comparator.comparing(Id::high, Long::compareUnsigned)
          .thenComparing(Id::low, Long::compareUnsigned);

  static Id random(RandomGenerator random) {
    return new Id(random.nextLong(), random.nextLong() | 1); // never NONE
  }

  /** Reads 32 hexadecimal digits. */
  static Id parse(String digits) {
    return new Id(
        HexFormat.fromHexDigitsToLong(digits, 0, 16),
        HexFormat.fromHexDigitsToLong(digits, 16, 32));
  }

  @Override
  public int compareTo(Id other) {
    return ORDER.compare(this, other);
  }

  /** Returns 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
