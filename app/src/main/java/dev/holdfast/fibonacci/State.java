package dev.holdfast.fibonacci;

import java.math.BigInteger;

/**
 * The sequence at one moment.
 *
 * @param position how often it was advanced, 0 or more
 * @param previous the number before the current one; 0 at position 0
 * @param current the number at the position: 0, 1, 1, 2, 3, 5 …
 */
record State(long position, Term previous, Term current) {

  /** Computes the state at a position without those before it. */
  static State at(long position) {
    if (position == 0) {
      return new State(0, new Term(Decimal.ZERO), new Term(Decimal.ZERO));
    }
    BigInteger[] pair = pair(position - 1);
    return new State(position, term(pair[0]), term(pair[1]));
  }

  /** Returns the state after one step. */
  State next() {
    Decimal next = position == 0 ? Decimal.ONE : previous.value().plus(current.value());
    return new State(position + 1, current, new Term(next));
  }

  /**
   * Returns F(n) and F(n+1), by fast doubling: F(2k) = F(k) (2 F(k+1) - F(k)), F(2k+1) = F(k)² +
   * F(k+1)².
   */
  private static BigInteger[] pair(long n) {
    BigInteger a = BigInteger.ZERO;
    BigInteger b = BigInteger.ONE;
    for (long bit = Long.highestOneBit(n); bit != 0; bit >>>= 1) {
      BigInteger even = a.multiply(b.shiftLeft(1).subtract(a));
      BigInteger odd = a.multiply(a).add(b.multiply(b));
      boolean one = (n & bit) != 0;
      a = one ? odd : even;
      b = one ? even.add(odd) : odd;
    }
    return new BigInteger[] {a, b};
  }

  private static Term term(BigInteger value) {
    return new Term(Decimal.parse(value.toString()));
  }
}
