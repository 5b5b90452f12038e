package dev.holdfast.scoreboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BusiestNamesTest {
  @Test
  void add_whatFits_isExact() {
    var names = new BusiestNames(3);
    for (String name : List.of("b", "a", "c", "a", "b", "a")) {
      names.add(name);
    }

    assertThat(names.top(2))
        .containsExactly(new BusiestNames.Busy("a", 3, 0), new BusiestNames.Busy("b", 2, 0));
  }

  @Test
  void add_whatDoesNotFit_takesTheLowestPlaceWithItsCount() {
    var names = new BusiestNames(2);
    for (String name : List.of("a", "a", "a", "b", "c")) {
      names.add(name);
    }

    assertThat(names.top(9))
        .containsExactly(new BusiestNames.Busy("a", 3, 0), new BusiestNames.Busy("c", 2, 1));
  }

  /** The promises of the sketch, on names of which few are asked for often. */
  @Test
  void random_isWithinItsBounds() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    int capacity = 100;
    int requests = 100_000;
    var exact = new HashMap<String, Long>();
    var names = new BusiestNames(capacity);
    for (int i = 0; i < requests; i++) {
      String name = "n" + (long) Math.pow(100_000, random.nextDouble());
      exact.merge(name, 1L, Long::sum);
      names.add(name);
    }

    assertThat(names.size()).isEqualTo(capacity);
    assertThat(names.top(capacity))
        .as("seed " + seed)
        .allSatisfy(
            busy ->
                assertThat(exact.get(busy.name()))
                    .isBetween(busy.requests() - busy.tooManyMax(), busy.requests()));
    assertThat(names.top(capacity))
        .as("seed " + seed)
        .extracting(BusiestNames.Busy::name)
        .containsAll(
            exact.entrySet().stream()
                .filter(entry -> entry.getValue() > requests / capacity)
                .map(java.util.Map.Entry::getKey)
                .toList());
  }
}
