package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.CounterHistory.Op;
import java.math.BigInteger;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterHistoryTest {
  private final CounterHistory history = new CounterHistory();

  private Op added() {
    Op add = history.beginAdd("a");
    history.acknowledged(add);
    return add;
  }

  private static BigInteger sum(Op... adds) {
    BigInteger sum = BigInteger.ZERO;
    for (Op add : adds) {
      sum = sum.add(CounterHistory.amount(add));
    }
    return sum;
  }

  private void read(BigInteger value) {
    history.read(history.beginRead("r"), value);
  }

  @Test
  void readsInOrder_areFine() {
    Op first = added();
    read(sum(first));
    Op second = added();
    read(sum(first, second));
    assertThat(history.check()).isEmpty();
  }

  @Test
  void readThatCountsTwice_isFound() {
    Op first = added();
    read(sum(first, first));
    assertThat(history.check().orElseThrow()).contains("2 times");
  }

  @Test
  void readThatMissesWhatWasAcknowledged_isFound() {
    added();
    read(BigInteger.ZERO);
    assertThat(history.check()).isPresent();
  }

  @Test
  void readThatCountsWhatBeganLater_isFound() {
    Op read = history.beginRead("r");
    history.read(read, BigInteger.ONE);
    added();
    assertThat(history.check()).isPresent();
  }

  @Test
  void readThatCountsWhatWasRefused_isFound() {
    Op refused = history.beginAdd("a");
    history.refused(refused);
    read(sum(refused));
    assertThat(history.check().orElseThrow()).contains("refused");
  }

  /** One read that was under way all the time counts the later increment alone. */
  @Test
  void totalThatNeverWas_isFound() {
    Op read = history.beginRead("r");
    added();
    Op second = added();
    history.read(read, sum(second));
    assertThat(history.check()).isPresent();
  }

  @Test
  void readsThatDisagreeOnTheOrder_areFound() {
    Op first = history.beginAdd("a");
    Op second = history.beginAdd("b");
    Op one = history.beginRead("r");
    Op other = history.beginRead("s");
    history.read(one, sum(first));
    history.read(other, sum(second));
    history.acknowledged(first);
    history.acknowledged(second);
    assertThat(history.check()).isPresent();
  }

  @Test
  void incrementWithoutAnswer_mayCountOrNot_butStays() {
    Op unknown = history.beginAdd("a");
    read(BigInteger.ZERO);
    read(sum(unknown));
    assertThat(history.check()).isEmpty();
    read(BigInteger.ZERO);
    assertThat(history.check()).isPresent();
  }

  @Test
  void lostIncrement_mayBeMissing_untilItIsSeen() {
    Op add = added();
    read(sum(add));
    history.lost("a");
    read(BigInteger.ZERO);
    assertThat(history.check()).isEmpty();
    read(sum(add));
    assertThat(history.check()).isEmpty();
    read(BigInteger.ZERO);
    assertThat(history.check()).isPresent();
  }

  @Test
  void whatWasWrongBeforeALoss_isStillWrong() {
    added();
    read(BigInteger.ZERO);
    history.lost("a");
    assertThat(history.check()).isPresent();
  }

  @Test
  void unconfirmedRead_mayLackWhatItSays_andNothingElse() {
    added();
    Op read = history.beginRead("r");
    history.read(read, BigInteger.ZERO, Set.of("a"));
    assertThat(history.check()).isEmpty();
    Op other = history.beginAdd("b");
    history.acknowledged(other);
    Op second = history.beginRead("r");
    history.read(second, BigInteger.ZERO, Set.of("a"));
    assertThat(history.check()).isPresent();
  }

  private void knew(String where, BigInteger value) {
    history.knew(history.beginRead(where), value);
  }

  @Test
  void localReadElsewhere_mayLackAnything() {
    Op first = added();
    Op second = added();
    knew("b", BigInteger.ZERO);
    knew("a", sum(first, second));
    knew("b", sum(second));
    assertThat(history.check()).isEmpty();
  }

  @Test
  void localReadThatLacksItsOwnActorsIncrement_isFound() {
    added();
    knew("a", BigInteger.ZERO);
    assertThat(history.check().orElseThrow()).contains("had acknowledged");
  }

  @Test
  void localReadThatCountsTwice_isFound() {
    Op first = added();
    knew("b", sum(first, first));
    assertThat(history.check().orElseThrow()).contains("2 times");
  }

  @Test
  void localReadThatCountsWhatBeganLater_isFound() {
    knew("b", BigInteger.ONE);
    added();
    assertThat(history.check().orElseThrow()).contains("began later");
  }

  @Test
  void localReadThatGoesDown_isFound_unlessTheActorMayForget() {
    Op first = added();
    knew("b", sum(first));
    knew("b", BigInteger.ZERO);
    assertThat(history.check().orElseThrow()).contains("went down");

    var forgetful = new CounterHistory(true);
    Op add = forgetful.beginAdd("a");
    forgetful.acknowledged(add);
    forgetful.knew(forgetful.beginRead("b"), sum(add));
    forgetful.knew(forgetful.beginRead("b"), BigInteger.ZERO);
    assertThat(forgetful.check()).isEmpty();
  }

  @Test
  void exactReadThatLacksWhatWasKnownBefore_isFound() {
    Op unknown = history.beginAdd("a");
    knew("b", sum(unknown));
    read(BigInteger.ZERO);
    assertThat(history.check().orElseThrow()).contains("a later exact read lacks");
  }

  @Test
  void acknowledgedValue_countsNeitherRefusedNorUnknown() {
    Op first = added();
    history.refused(history.beginAdd("a"));
    history.beginAdd("a");
    Op last = added();
    assertThat(history.acknowledgedValue()).isEqualTo(sum(first, last));
    assertThat(history.acknowledgedCount()).isEqualTo(2);
    assertThat(history.addCount()).isEqualTo(4);
  }

  @Test
  void checkKnown_ofWhatThisActorHadAcknowledged_isFine() {
    Op first = added();
    history.beginAdd("a"); // no answer has come
    history.acknowledged(history.beginAdd("b"));
    assertThat(history.checkKnown("a", sum(first))).isEmpty();
    assertThat(history.check()).as("it is no part of the history").isEmpty();
  }

  @Test
  void checkKnown_withoutWhatThisActorHadAcknowledged_isFound() {
    added();
    assertThat(history.checkKnown("a", BigInteger.ZERO).orElseThrow()).contains("lacks");
  }

  @Test
  void checkKnown_withWhatWasRefused_isFound() {
    Op refused = history.beginAdd("a");
    history.refused(refused);
    assertThat(history.checkKnown("a", sum(refused)).orElseThrow()).contains("refused");
  }
}
