package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.History.Op;
import java.math.BigInteger;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final History history = new History();

  private Op added() {
    Op add = history.beginAdd("a");
    history.acknowledged(add);
    return add;
  }

  private static BigInteger sum(Op... adds) {
    BigInteger sum = BigInteger.ZERO;
    for (Op add : adds) {
      sum = sum.add(History.amount(add));
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
    read.mayLack = Set.of("a");
    history.read(read, BigInteger.ZERO);
    assertThat(history.check()).isEmpty();
    Op other = history.beginAdd("b");
    history.acknowledged(other);
    Op second = history.beginRead("r");
    second.mayLack = Set.of("a");
    history.read(second, BigInteger.ZERO);
    assertThat(history.check()).isPresent();
  }
}
