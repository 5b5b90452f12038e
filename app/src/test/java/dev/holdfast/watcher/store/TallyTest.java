package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.Outcome;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TallyTest {
  record Result(Outcome outcome, boolean isSlot, int flags, long micros) {}

  @Property
  void rollUpOfParts_isThatOfTheWhole(
      @ForAll("results") List<Result> results, @ForAll List<Integer> cuts) {
    Tally whole = new Tally();
    results.forEach(result -> add(whole, result));

    Tally parts = new Tally();
    Tally part = new Tally();
    for (int i = 0; i < results.size(); i++) {
      if (cuts.contains(i)) {
        parts.add(part);
        part = new Tally();
      }
      add(part, results.get(i));
    }
    parts.add(part);

    assertThat(parts).isEqualTo(whole);
  }

  private static void add(Tally tally, Result result) {
    tally.add(result.outcome(), result.isSlot(), result.flags(), result.micros());
  }

  @Provide
  Arbitrary<List<Result>> results() {
    return Combinators.combine(
            Arbitraries.of(Outcome.class),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 63),
            Arbitraries.longs().between(0, 60_000_000))
        .as(Result::new)
        .list()
        .ofMaxSize(60);
  }
}
