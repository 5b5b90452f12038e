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
   * @param wanted the wanted number of names
   * @param random draws names; used under this set's lock alone
   */
  NameSet(int wanted, RandomGenerator random) {
    this.wanted = wanted;
    this.random = random;
  }

  /**
   * Returns true if one more name has to be created. It then counts until {@link #created} tells
   * how it went.
   */
  synchronized boolean create() {
    if (names.size() + onTheirWay >= wanted) {
      return false;
    }
    onTheirWay++;
    return true;
  }

  /** Takes the end of a creation. */
  synchronized void created(String name, boolean exists) {
    onTheirWay--;
    if (exists) {
      names.add(name);
    }
  }

  /** Returns an existing name, drawn evenly. */
  synchronized Optional<String> any() {
    return names.isEmpty() ? Optional.empty() : Optional.of(names.get(draw()));
  }

  /** Returns an existing name and removes it from the set. */
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
