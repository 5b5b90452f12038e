package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import org.junit.jupiter.api.Test;

/** Small histories made by hand; times are in milliseconds. */
class LinearizabilityTest {
  private static final long UNKNOWN = -1;

  private final List<Operation> history = new ArrayList<>();

  @Test
  void empty_isLinearizable() {
    assertLinearizable();
  }

  @Test
  void oneAfterTheOther_isLinearizable() {
    add(new GotAbsent(), 0, 1);
    add(new Put("a"), 2, 3);
    add(new Got("a"), 4, 5);
    add(new Delete(), 6, 7);
    add(new GotAbsent(), 8, 9);
    add(new Put("b"), 10, 11);
    add(new Got("b"), 12, 13);
    assertLinearizable();
  }

  @Test
  void readDuringWrite_mayReturnOldOrNew() {
    add(new Put("a"), 0, 1);
    add(new Put("b"), 2, 9);
    add(new Got("a"), 3, 4);
    add(new Got("b"), 5, 6);
    assertLinearizable();
  }

  @Test
  void readAfterAcknowledgedWrite_ofTheOldValue_isFound() {
    add(new Put("a"), 0, 1);
    add(new Put("b"), 2, 3);
    Operation stale = add(new Got("a"), 4, 5);
    assertViolation(stale);
  }

  @Test
  void readThatGoesBack_newThenOld_isFound() {
    add(new Put("a"), 0, 1);
    add(new Put("b"), 2, 20);
    add(new Got("b"), 3, 4);
    Operation back = add(new Got("a"), 5, 6);
    assertViolation(back);
  }

  @Test
  void overlappingReads_newAndOld_areLinearizable() {
    add(new Put("a"), 0, 1);
    add(new Put("b"), 2, 20);
    add(new Got("b"), 3, 6);
    add(new Got("a"), 5, 7);
    assertLinearizable();
  }

  @Test
  void valueAfterAcknowledgedDelete_isFound() {
    add(new Put("a"), 0, 1);
    add(new Delete(), 2, 3);
    Operation undead = add(new Got("a"), 4, 5);
    assertViolation(undead);
  }

  @Test
  void absentAfterAcknowledgedPut_isFound() {
    add(new Delete(), 0, 1);
    add(new Put("a"), 2, 3);
    Operation lost = add(new GotAbsent(), 4, 5);
    assertViolation(lost);
  }

  @Test
  void oneDelete_cannotExplainTwoAbsencesWithAPutInBetween() {
    add(new Put("a"), 0, 1);
    add(new Delete(), 2, 30);
    add(new GotAbsent(), 4, 5);
    add(new Put("b"), 6, 7);
    Operation lost = add(new GotAbsent(), 8, 9);
    assertViolation(lost);
  }

  @Test
  void deleteAndPutAtOnce_mayEndEitherWay() {
    add(new Put("a"), 0, 9);
    add(new Delete(), 0, 9);
    add(new GotAbsent(), 10, 11);
    assertLinearizable();
    history.removeLast();
    add(new Got("a"), 10, 11);
    assertLinearizable();
  }

  @Test
  void corruptRead_isFound() {
    add(new Put("a"), 0, 1);
    add(new Put("b"), 0, 9);
    Operation mixed = add(new GotCorrupt("half a, half b"), 2, 3);
    assertViolation(mixed);
  }

  @Test
  void readOfAWriteThatWasInvokedLater_isFound() {
    Operation early = add(new Got("a"), 0, 1);
    add(new Put("a"), 2, 3);
    assertViolation(early);
  }

  @Test
  void readOfAValueThatNobodyWrote_isFound() {
    add(new Put("a"), 0, 1);
    Operation unheardOf = add(new Got("b"), 2, 3);
    assertViolation(unheardOf);
  }

  @Test
  void initialValue_isThereUntilOverwritten() {
    add(new Got("start"), 0, 1);
    add(new Put("a"), 2, 9);
    add(new Got("start"), 3, 4);
    assertThat(Linearizability.check(history, Optional.of("start")))
        .isInstanceOf(Verdict.Linearizable.class);

    Operation stale = add(new Got("start"), 10, 11);
    assertThat(violation(Optional.of("start")).read()).isSameAs(stale);
  }

  @Test
  void initialValue_isNotAbsent() {
    Operation lost = add(new GotAbsent(), 0, 1);
    assertThat(violation(Optional.of("start")).read()).isSameAs(lost);
  }

  @Test
  void unknownPut_mayTakeEffectLate_orNever() {
    add(new Put("a"), 0, 1);
    add(new Put("late"), 2, UNKNOWN);
    add(new Got("a"), 10, 11);
    assertLinearizable();
    add(new Put("b"), 12, 13);
    add(new Got("b"), 14, 15);
    add(new Got("late"), 16, 17);
    add(new Got("late"), 18, 19);
    assertLinearizable();
  }

  @Test
  void unknownPut_takingEffectTwice_isFound() {
    add(new Put("late"), 0, UNKNOWN);
    add(new Got("late"), 1, 2);
    add(new Put("b"), 3, 4);
    add(new Got("b"), 5, 6);
    Operation again = add(new Got("late"), 7, 8);
    assertViolation(again);
  }

  @Test
  void unknownPut_readBeforeItsInvocation_isFound() {
    Operation early = add(new Got("late"), 0, 1);
    add(new Put("late"), 2, UNKNOWN);
    assertViolation(early);
  }

  @Test
  void unknownDelete_mayTakeEffectLate_orNever() {
    add(new Put("a"), 0, 1);
    add(new Delete(), 2, UNKNOWN);
    add(new Got("a"), 10, 11);
    assertLinearizable();
    add(new Put("b"), 12, 13);
    add(new GotAbsent(), 14, 15);
    assertLinearizable();
  }

  @Test
  void unknownDelete_takingEffectTwice_isFound() {
    add(new Put("a"), 0, 1);
    add(new Delete(), 2, UNKNOWN);
    add(new GotAbsent(), 3, 4);
    add(new Put("b"), 5, 6);
    Operation again = add(new GotAbsent(), 7, 8);
    assertViolation(again);
  }

  @Test
  void unknownDelete_invokedAfterTheAbsence_doesNotExplainIt() {
    add(new Put("a"), 0, 1);
    Operation lost = add(new GotAbsent(), 2, 3);
    add(new Delete(), 4, UNKNOWN);
    assertViolation(lost);
  }

  @Test
  void deletes_areSpentInTheOrderOfTheirReturns() {
    add(new Put("a"), 0, 1);
    add(new Delete(), 2, 50);
    add(new Delete(), 2, 9);
    add(new GotAbsent(), 3, 4);
    add(new Put("b"), 10, 11);
    add(new GotAbsent(), 12, 13);
    assertLinearizable();
  }

  @Test
  void aValueWrittenTwice_isRefused() {
    add(new Put("a"), 0, 1);
    add(new Put("a"), 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Linearizability.check(history, Optional.empty()))
        .withMessageContaining("a");
  }

  @Test
  void explanation_marksTheOperationsThatContradictEachOther() {
    add(new Put("other"), 0, 1);
    add(new Got("other"), 2, 3);
    add(new Put("a"), 4, 5);
    add(new Put("b"), 6, 7);
    add(new Put("c"), 10, UNKNOWN);
    add(new Got("a"), 11, 12);
    assertThat(violation(Optional.empty()).explanation())
        .contains("11.000 ..     12.000 ms  client   5  GET -> a")
        .containsPattern("> .* PUT a\n")
        .containsPattern("> .* PUT b\n")
        .containsPattern("> .* GET -> a$")
        .containsPattern("  {4} .* PUT other\n")
        .containsPattern("  {4} .*\\(unknown\\) ms .* PUT c\n");
  }

  @Test
  void twentyThousandOperationsOfSixtyFourClients() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    SimulatedRegister.Mix mix = new SimulatedRegister.Mix(0.6, 0.1, 0.01);
    List<Operation> good = new SimulatedRegister(random, mix).history(64, 313);
    assertThat(good).hasSizeGreaterThan(20_000);
    assertThat(Linearizability.check(good, Optional.empty()))
        .isInstanceOf(Verdict.Linearizable.class);

    int place = good.size() / 2;
    while (!(good.get(place).action() instanceof Got)) {
      place++;
    }
    Operation read = good.get(place);
    String first = firstValue(good);
    good.set(
        place, new Operation(read.client(), new Got(first), read.invokedNs(), read.returnedNs()));
    assertThat(Linearizability.check(good, Optional.empty())).isInstanceOf(Verdict.Violation.class);
  }

  private static String firstValue(List<Operation> operations) {
    for (Operation operation : operations) {
      if (operation.action() instanceof Put(String value)
          && operation.returnedNs() != Operation.NEVER) {
        return value;
      }
    }
    throw new IllegalStateException("no PUT");
  }

  private Operation add(Action action, long invokedMs, long returnedMs) {
    Operation operation =
        new Operation(
            history.size(),
            action,
            invokedMs * 1_000_000,
            returnedMs == UNKNOWN ? Operation.NEVER : returnedMs * 1_000_000);
    history.add(operation);
    return operation;
  }

  private void assertLinearizable() {
    assertThat(Linearizability.check(history, Optional.empty()))
        .isEqualTo(new Verdict.Linearizable());
    assertThat(BruteForce.isLinearizable(history, Optional.empty())).isTrue();
  }

  private void assertViolation(Operation read) {
    assertThat(violation(Optional.empty()).read()).isSameAs(read);
    assertThat(BruteForce.isLinearizable(history, Optional.empty())).isFalse();
  }

  private Verdict.Violation violation(Optional<String> initial) {
    return switch (Linearizability.check(history, initial)) {
      case Verdict.Violation violation -> violation;
      case Verdict.Linearizable _ -> throw new AssertionError("found nothing wrong: " + history);
    };
  }
}
