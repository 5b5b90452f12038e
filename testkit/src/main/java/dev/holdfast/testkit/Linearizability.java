package dev.holdfast.testkit;

import java.util.List;
import java.util.Optional;

/**
 * Decides if a history of one name is linearizable. It is if each operation can have an instant
 * between its invocation and its return, such that every read returns the value that the write
 * before it in that order has left. The name is a register whose value is "absent" or a value id.
 *
 * <p>The verdict is always a definite one, in {@code n log n} steps for n operations, with any
 * number of clients and of unknown outcomes. {@link Ordering} says why a register of unique values
 * needs no search.
 */
public final class Linearizability {
  private Linearizability() {}

  /** Checks the history of a name that was absent at its start. */
  public static Verdict check(History history) {
    return check(history.operations(), Optional.empty());
  }

  /**
   * Checks a history in any order.
   *
   * @param initial the value at the start; empty for absent
   * @throws IllegalArgumentException if two PUTs write one value, since a read would not tell which
   *     of them it saw
   */
  public static Verdict check(List<Operation> operations, Optional<String> initial) {
    return Ordering.exists(operations, initial)
        ? new Verdict.Linearizable()
        : Explanation.of(operations, initial);
  }
}
