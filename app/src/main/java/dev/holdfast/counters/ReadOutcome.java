package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.List;

/** The outcome of a consistent read. */
public sealed interface ReadOutcome {
  /**
   * The exact value.
   *
   * @param unconfirmed addresses of actors that were dropped or replaced and have not handed over
   *     what they had: it may be missing
   */
  record Exact(BigInteger value, List<Address> unconfirmed) implements ReadOutcome {}

  /**
   * There is no exact value now.
   *
   * @param detail why, in a sentence
   * @param missing who did not answer
   * @param atLeast what is known: the value is this or more
   */
  record Unavailable(String detail, List<Address> missing, BigInteger atLeast)
      implements ReadOutcome {}
}
