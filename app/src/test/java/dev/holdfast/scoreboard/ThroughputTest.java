package dev.holdfast.scoreboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ThroughputTest {
  private final Throughput throughput = new Throughput();

  @Test
  void peak_isNotSustained() {
    for (int second = 0; second < 30; second++) {
      add(second, second == 15 ? 110 : 10);
    }

    assertThat(throughput.most()).isEqualTo(110);
    assertThat(throughput.sustained()).isEqualTo(20.0);
    assertThat(throughput.mean()).isEqualTo(400 / 30.0);
  }

  @Test
  void shorterThanTheWindow_sustainedIsTheMean() {
    add(0, 30);
    add(2, 30);

    assertThat(throughput.seconds()).isEqualTo(3);
    assertThat(throughput.sustained()).isEqualTo(20.0);
  }

  @Test
  void failures_countAsTimeAlone() {
    add(0, 10);
    throughput.add(9, 0);

    assertThat(throughput.sustained()).isEqualTo(1.0);
    assertThat(throughput.mean()).isEqualTo(1.0);
    assertThat(throughput.most()).isEqualTo(10);
  }

  @Test
  void add_late_countsForItsOwnSecond() {
    add(0, 5);
    add(Throughput.LATE_SECONDS_MAX, 1);
    add(0, 5);

    assertThat(throughput.most()).isEqualTo(10);
  }

  @Test
  void add_tooLate_countsForTheMeanAlone() {
    add(0, 5);
    add(Throughput.LATE_SECONDS_MAX + 1, 1);
    add(0, 5);

    assertThat(throughput.most()).isEqualTo(5);
    assertThat(throughput.mean()).isEqualTo(11.0 / 65);
  }

  /** No window reaches over the gap, and a gap of years takes no time. */
  @ParameterizedTest
  @ValueSource(longs = {11, 74, 75, 138, 139, 1_000_000_000_000L})
  void gap_parts(long gap) {
    for (int second = 0; second < 6; second++) {
      add(second, 7);
    }
    for (int second = 0; second < 6; second++) {
      add(5 + gap + second, 7);
    }

    assertThat(throughput.sustained()).isEqualTo(4.2);
    assertThat(throughput.seconds()).isEqualTo(gap + 11);
  }

  /** Compares with the same figures by the straight way, over seconds that come out of order. */
  @Test
  void random_isAsComputedFromAllSeconds() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var counts = new long[400];
    for (int second = 0; second < counts.length; second++) {
      for (int i = random.nextInt(20); i >= 0; i--) {
        int late = Math.max(0, second - random.nextInt(3));
        counts[late]++;
        throughput.add(late, 1);
      }
    }
    long best = 0;
    for (int i = 0; i + 10 <= counts.length; i++) {
      best = Math.max(best, LongStream.of(counts).skip(i).limit(10).sum());
    }

    assertThat(throughput.sustained()).as("seed " + seed).isEqualTo(best / 10.0);
    assertThat(throughput.most())
        .as("seed " + seed)
        .isEqualTo(LongStream.of(counts).max().orElseThrow());
  }

  private void add(long second, int successes) {
    for (int i = 0; i < successes; i++) {
      throughput.add(second, 1);
    }
  }
}
