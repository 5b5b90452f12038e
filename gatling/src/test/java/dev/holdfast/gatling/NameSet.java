package dev.holdfast.gatling;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The names that exist, as far as the load knows.
 *
 * <p>Threading: guarded by itself.
 */
final class NameSet {
  private final int wanted;
  private final RandomGenerator random;
  private final List<String> names = new ArrayList<>();
  private int onTheirWay;

  /**
   * @param wanted how many there are to be
   * @param random draws; used under this set's lock alone
   */
  NameSet(int wanted, RandomGenerator random) {
    this.wanted = wanted;
    this.random = random;
  }

  /**
   * Whether one more is to be created; if so, it counts until {@link #created} says how it went.
   */
  synchronized boolean create() {
    if (names.size() + onTheirWay >= wanted) {
      return false;
    }
    onTheirWay++;
    return true;
  }

  /** A creation has ended. */
  synchronized void created(String name, boolean exists) {
    onTheirWay--;
    if (exists) {
      names.add(name);
    }
  }

  /** One that exists, drawn evenly. */
  synchronized Optional<String> any() {
    return names.isEmpty() ? Optional.empty() : Optional.of(names.get(draw()));
  }

  /** The same, and nobody is given it any more. */
  synchronized Optional<String> take() {
    if (names.isEmpty()) {
      return Optional.empty();
    }
    int index = draw();
    String taken = names.get(index);
    String last = names.removeLast();
    if (index < names.size()) {
      names.set(index, last);
    }
    return Optional.of(taken);
  }

  private int draw() {
    return random.nextInt(names.size());
  }
}
