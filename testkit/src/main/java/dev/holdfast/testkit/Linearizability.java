package dev.holdfast.testkit;

import java.util.List;
import java.util.Optional;

/**
 * Decides whether a history of one name is linearizable: whether each operation can be given an
 * instant between its invocation and its return, such that every read returns what the write before
 * it in that order left behind. The name is a register whose value is "absent" or a value id.
 *
 * <p>The verdict is always a definite one, in {@code n log n} steps for n operations, however many
 * clients there are and however many outcomes are unknown; {@link Ordering} says why a register of
 * unique values needs no search.
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
   * @throws IllegalArgumentException when two PUTs write one value, for then a read would not tell
   *     which of them it saw
   */
  public static Verdict check(List<Operation> operations, Optional<String> initial) {
    return Ordering.exists(operations, initial)
        ? new Verdict.Linearizable()
        : Explanation.of(operations, initial);
  }
}
