package dev.holdfast.testkit;

import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.GotCorrupt;
import dev.holdfast.testkit.Operation.Put;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The definition of linearizability, tried order by order: slow, and too plain to be wrong. It
 * suits histories of a few operations alone.
 */
final class BruteForce {
  private BruteForce() {}

  /** Returns true if some order explains the history. An empty value stands for absent. */
  static boolean isLinearizable(List<Operation> operations, Optional<String> value) {
    if (operations.stream().allMatch(o -> o.returnedNs() == Operation.NEVER)) {
      return true;
    }
    for (int i = 0; i < operations.size(); i++) {
      List<Operation> rest = new ArrayList<>(operations);
      Operation next = rest.remove(i);
      boolean inTime = rest.stream().noneMatch(o -> o.returnedNs() < next.invokedNs());
      if (inTime && explains(value, next) && isLinearizable(rest, after(next, value))) {
        return true;
      }
    }
    return false;
  }

  private static boolean explains(Optional<String> value, Operation operation) {
    return switch (operation.action()) {
      case Put _, Delete _ -> true;
      case Got(String got) -> value.filter(got::equals).isPresent();
      case GotAbsent _ -> value.isEmpty();
      case GotCorrupt _ -> false;
    };
  }

  private static Optional<String> after(Operation operation, Optional<String> before) {
    return switch (operation.action()) {
      case Put(String value) -> Optional.of(value);
      case Delete _ -> Optional.empty();
      case Got _, GotAbsent _, GotCorrupt _ -> before;
    };
  }
}
