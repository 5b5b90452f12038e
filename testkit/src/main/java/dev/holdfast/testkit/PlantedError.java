package dev.holdfast.testkit;

import dev.holdfast.testkit.Operation.Action;
import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.GotCorrupt;
import dev.holdfast.testkit.Operation.Put;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Makes one read of a good history wrong beyond doubt: the writes that prove it were over before
 * the read began, and in this order.
 */
enum PlantedError {
  /** The read returns a value that an acknowledged PUT had replaced. */
  STALE_READ {
    @Override
    Optional<Action> wrong(Operation read, List<Operation> history, Random random) {
      return overwritten(read, history, random, Put.class);
    }
  },

  /** The read returns a value that an acknowledged DELETE had removed. */
  LOST_DELETE {
    @Override
    Optional<Action> wrong(Operation read, List<Operation> history, Random random) {
      return overwritten(read, history, random, Delete.class);
    }
  },

  /**
   * The read finds nothing, although a value was acknowledged and no DELETE can have come after it.
   */
  LOST_WRITE {
    @Override
    Optional<Action> wrong(Operation read, List<Operation> history, Random random) {
      return history.stream()
          .filter(put -> put.action() instanceof Put && isBefore(put, read))
          .filter(
              put ->
                  history.stream()
                      .filter(o -> o.action() instanceof Delete)
                      .allMatch(delete -> isBefore(delete, put) || isBefore(read, delete)))
          .findAny()
          .map(_ -> new GotAbsent());
    }
  },

  MIXED_BODY {
    @Override
    Optional<Action> wrong(Operation read, List<Operation> history, Random random) {
      return Optional.of(new GotCorrupt("planted"));
    }
  };

  /**
   * Returns the result of the read if the register were wrong in this way, or empty if it can't be.
   */
  abstract Optional<Action> wrong(Operation read, List<Operation> history, Random random);

  /** Returns the history with one wrong read, or empty if it has no place for one. */
  Optional<List<Operation>> plantedIn(List<Operation> history, Random random) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).isRead() && wrong(history.get(i), history, random).isPresent()) {
        places.add(i);
      }
    }
    if (places.isEmpty()) {
      return Optional.empty();
    }
    int place = places.get(random.nextInt(places.size()));
    Operation read = history.get(place);
    Action wrong = wrong(read, history, random).orElseThrow();
    List<Operation> planted = new ArrayList<>(history);
    planted.set(place, new Operation(read.client(), wrong, read.invokedNs(), read.returnedNs()));
    return Optional.of(planted);
  }

  private static Optional<Action> overwritten(
      Operation read, List<Operation> history, Random random, Class<? extends Action> by) {
    List<Operation> before = history.stream().filter(o -> isBefore(o, read)).toList();
    List<Operation> later = before.stream().filter(o -> by.isInstance(o.action())).toList();
    List<String> values = new ArrayList<>();
    for (Operation put : before) {
      if (put.action() instanceof Put(String value)
          && later.stream().anyMatch(overwrite -> isBefore(put, overwrite))) {
        values.add(value);
      }
    }
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(new Got(values.get(random.nextInt(values.size()))));
  }

  private static boolean isBefore(Operation one, Operation other) {
    return one.returnedNs() < other.invokedNs();
  }
}
