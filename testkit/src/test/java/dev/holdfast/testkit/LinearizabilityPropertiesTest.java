package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Operation.Action;
import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.Put;
import dev.holdfast.testkit.SimulatedRegister.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** The check against histories drawn at random; jqwik prints the seed of each property. */
@Tag("long")
class LinearizabilityPropertiesTest {

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void atomicRegister_isAlwaysAccepted(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 16) int clients,
      @ForAll @IntRange(min = 1, max = 60) int operationsPerClient) {
    for (int i = 0; i < Effort.of(1, 50); i++) {
      List<Operation> history =
          new SimulatedRegister(random, anyMix(random)).history(clients, operationsPerClient);
      assertThat(Linearizability.check(history, Optional.empty()))
          .isEqualTo(new Verdict.Linearizable());
    }
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void onePlantedError_isAlwaysFound(
      @ForAll Random random,
      @ForAll PlantedError error,
      @ForAll @IntRange(min = 1, max = 16) int clients) {
    // Few deletes and few unknown outcomes leave room for a write that is lost beyond doubt.
    Mix mix = new Mix(0.6, error == PlantedError.LOST_DELETE ? 0.1 : 0.01, 0.02);
    List<Operation> good = new SimulatedRegister(random, mix).history(clients, 30);
    Optional<List<Operation>> bad = error.plantedIn(good, random);
    Assume.that(bad.isPresent());
    Statistics.label("planted").collect(error);
    assertThat(Linearizability.check(bad.get(), Optional.empty()))
        .isInstanceOf(Verdict.Violation.class);
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void tinyHistory_isJudgedAsByBruteForce(@ForAll Random random) {
    for (int i = 0; i < Effort.of(1, 50); i++) {
      List<Operation> history = tinyHistory(random, 1 + random.nextInt(6));
      Optional<String> initial = random.nextInt(4) == 0 ? Optional.of("initial") : Optional.empty();
      boolean expected = BruteForce.isLinearizable(history, initial);
      boolean found = Linearizability.check(history, initial) instanceof Verdict.Linearizable;
      Statistics.label("linearizable")
          .collect(expected)
          .coverage(
              coverage -> {
                coverage.check(true).percentage(share -> share > 20);
                coverage.check(false).percentage(share -> share > 20);
              });
      assertThat(found).as("%s from %s", history, initial).isEqualTo(expected);
    }
  }

  private static Mix anyMix(Random random) {
    double reads = random.nextDouble();
    double deletes = (1 - reads) * random.nextDouble();
    return new Mix(reads, deletes, random.nextInt(3) * 0.1);
  }

  /** Times are drawn from a few instants, so that ties come up too. */
  private static List<Operation> tinyHistory(Random random, int size) {
    List<Operation> history = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Action action = action(random, i, size);
      long invokedNs = random.nextInt(10);
      long returnedNs = invokedNs + random.nextInt(6);
      boolean write = action instanceof Put || action instanceof Delete;
      boolean unknown = write && random.nextInt(5) == 0;
      history.add(new Operation(i, action, invokedNs, unknown ? Operation.NEVER : returnedNs));
    }
    return history;
  }

  /**
   * Returns an action. The first half are mostly PUTs of v0, v1, and so on, for the reads to draw
   * from.
   */
  private static Action action(Random random, int i, int size) {
    if (random.nextInt(size) >= i) {
      return random.nextInt(3) == 0 ? new Delete() : new Put("v" + i);
    }
    return switch (random.nextInt(6)) {
      case 0, 1 -> new GotAbsent();
      case 2 -> new Got("initial");
      case 3 -> new Delete();
      default -> new Got("v" + random.nextInt(i));
    };
  }
}
