package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.List;

/** What a test wants to know of a directory that an actor has left. */
public final class LeftShares {
  private LeftShares() {}

  /** Returns the shares of a counter. */
  public static List<BigInteger> of(LeftDirectory left, CounterName name) {
    return left.ledger().told(name).stream().map(SlotShare::value).toList();
  }
}
