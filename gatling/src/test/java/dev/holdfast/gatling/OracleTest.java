package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Bodies;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class OracleTest {
  private static final String NAME = "load-a";
  private static final Seen ABSENT = new Seen.Absent();

  /** A clock on which every event is later than the one before. */
  private final AtomicLong now = new AtomicLong();

  private final Oracle oracle = new Oracle(now::incrementAndGet);

  @Test
  void neverWritten_isAbsent() {
    assertThat(oracle.judge(oracle.read(NAME), ABSENT)).isEmpty();
  }

  @Test
  void acknowledged_isReadAndAbsentIsStale() {
    Register.Write put = acknowledgedPut();

    assertThat(oracle.judge(oracle.read(NAME), body(put))).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), ABSENT)).get().asString().startsWith("stale");
  }

  @Test
  void replaced_isStale() {
    Register.Write first = acknowledgedPut();
    acknowledgedPut();

    assertThat(oracle.judge(oracle.read(NAME), body(first))).get().asString().startsWith("stale");
  }

  @Test
  void deleted_isAbsentAndTheFileIsStale() {
    Register.Write put = acknowledgedPut();
    oracle.acknowledged(oracle.delete(NAME));

    assertThat(oracle.judge(oracle.read(NAME), ABSENT)).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), body(put))).get().asString().startsWith("stale");
  }

  @Test
  void inProgress_bothMayBeRead() {
    Register.Write first = acknowledgedPut();
    Register.Write second = put();

    assertThat(oracle.judge(oracle.read(NAME), body(first))).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), body(second))).isEmpty();
  }

  @Test
  void acknowledgedWhileReading_bothMayBeRead() {
    Register.Write first = acknowledgedPut();
    Register.Read one = oracle.read(NAME);
    Register.Read other = oracle.read(NAME);
    Register.Write second = acknowledgedPut();

    assertThat(oracle.judge(one, body(second))).isEmpty();
    assertThat(oracle.judge(other, body(first))).isEmpty();
  }

  @Test
  void readOnce_whatItReplacedDoesNotComeBack() {
    Register.Write first = acknowledgedPut();
    Register.Write second = put();
    assertThat(oracle.judge(oracle.read(NAME), body(second))).isEmpty();

    assertThat(oracle.judge(oracle.read(NAME), body(first))).get().asString().startsWith("stale");
  }

  @Test
  void endUnknown_mayTakeEffectAtAnyTime() {
    Register.Write first = acknowledgedPut();
    Register.Write lost = put();
    Register.Write third = acknowledgedPut();

    assertThat(oracle.judge(oracle.read(NAME), body(third))).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), body(lost))).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), body(first))).isPresent();
  }

  @Test
  void deleteWithEndUnknown_absentMayBeRead() {
    Register.Write put = acknowledgedPut();
    oracle.delete(NAME);

    assertThat(oracle.judge(oracle.read(NAME), body(put))).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), ABSENT)).isEmpty();
  }

  @Test
  void refused_isNeverRead() {
    Register.Write put = put();
    oracle.refused(put);

    assertThat(oracle.judge(oracle.read(NAME), ABSENT)).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), body(put))).isPresent();
  }

  @Test
  void twoWritesAtOnce_eitherMayBeLast() {
    Register.Write one = put();
    Register.Write other = put();
    oracle.acknowledged(other);
    oracle.acknowledged(one);
    Register.Read first = oracle.read(NAME);
    Register.Read second = oracle.read(NAME);

    assertThat(oracle.judge(first, body(one))).isEmpty();
    assertThat(oracle.judge(second, body(other))).isEmpty();
    assertThat(oracle.judge(oracle.read(NAME), ABSENT)).isPresent();
  }

  @Test
  void nobodyWroteIt_isWrong() {
    acknowledgedPut();
    var invented = new Seen.Body(Bodies.id(NAME, 1, 99, 1_000));

    assertThat(oracle.judge(oracle.read(NAME), invented)).get().asString().startsWith("wrong");
  }

  @Test
  void corrupt_isTorn() {
    acknowledgedPut();

    assertThat(oracle.judge(oracle.read(NAME), new Seen.Corrupt("half of it")))
        .contains("torn or wrong: half of it");
  }

  @Test
  void writtenAllTheTime_needsLittleRoom() {
    Register.Read slow = oracle.read(NAME);
    Register.Write last = null;
    for (int i = 0; i < 1_000; i++) {
      Register.Read read = oracle.read(NAME);
      last = acknowledgedPut();
      oracle.judge(read, body(last));
    }
    assertThat(last.register().remembered()).isGreaterThan(1_000);

    oracle.givenUp(slow);
    acknowledgedPut();

    assertThat(last.register().remembered()).isLessThan(3);
  }

  private Register.Write put() {
    return oracle.put(NAME, 1, 1_000);
  }

  private Register.Write acknowledgedPut() {
    Register.Write put = put();
    oracle.acknowledged(put);
    return put;
  }

  private static Seen body(Register.Write put) {
    return new Seen.Body(put.body());
  }
}
