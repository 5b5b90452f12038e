package dev.holdfast.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int BUCKETS = 60;

  /** The bound of chi-square with 59 degrees of freedom that chance exceeds once in a million. */
  private static final double CHI_SQUARE_MAX = 126;

  private static final long FAR = 1L << 62;

  /** The ids of a list are alike: they differ in a number, in front of or behind the same text. */
  @Property(seed = "20261129", tries = 30)
  void phases_areUniform(@ForAll("prefixes") String prefix, @ForAll("intervals") int intervalMs) {
    int count = 6_000;
    int[] buckets = new int[BUCKETS];
    for (int i = 0; i < count; i++) {
      int phaseMs = Schedule.of(new EndpointId(prefix + i), intervalMs).phaseMs();
      buckets[(int) ((long) phaseMs * BUCKETS / intervalMs)]++;
    }
    double expected = (double) count / BUCKETS;
    double chiSquare =
        IntStream.of(buckets).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertThat(chiSquare).isLessThan(CHI_SQUARE_MAX);
  }

  @Provide
  Arbitrary<String> prefixes() {
    return Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(60);
  }

  @Provide
  Arbitrary<Integer> intervals() {
    return Arbitraries.of(5_000, 10_000, 30_000, 60_000, 65_536, 300_000);
  }

  /** A phase that changed with a version would move the slots of all endpoints. */
  @ParameterizedTest
  @CsvSource({"example.com, 60000, 37593", "example.com, 5000, 2593", "shop-cart, 300000, 110919"})
  void phase_isTheSameInEveryVersion(String id, int intervalMs, int phaseMs) {
    assertThat(Schedule.of(new EndpointId(id), intervalMs).phaseMs()).isEqualTo(phaseMs);
  }

  @Property
  void slots_areAnIntervalApart_andSurroundEveryMoment(
      @ForAll @LongRange(min = -FAR, max = FAR) long epochMs,
      @ForAll @IntRange(min = Schedule.INTERVAL_MIN_MS, max = Schedule.INTERVAL_MAX_MS) int intervalMs,
      @ForAll("prefixes") String id) {
    Schedule schedule = Schedule.of(new EndpointId(id), intervalMs);
    long before = schedule.dueAtOrBefore(epochMs);
    long after = schedule.dueAtOrAfter(epochMs);

    assertThat(before).isLessThanOrEqualTo(epochMs).isGreaterThan(epochMs - intervalMs);
    assertThat(after).isGreaterThanOrEqualTo(epochMs).isLessThan(epochMs + intervalMs);
    assertThat(after - before).isEqualTo(schedule.isDue(epochMs) ? 0 : intervalMs);
    assertThat(schedule.isDue(before)).isTrue();
    assertThat(schedule.isDue(after)).isTrue();
    assertThat(schedule.dueAtOrAfter(before + 1)).isEqualTo(before + intervalMs);
    assertThat(schedule.dueAtOrBefore(after - 1)).isEqualTo(after - intervalMs);
    assertThat(Math.floorMod(before, intervalMs)).isEqualTo(schedule.phaseMs());
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 3, Long.MAX_VALUE - 3, Long.MAX_VALUE})
  void slots_atTheEndsOfTime_areRefusedOrRight(long epochMs) {
    Schedule schedule = new Schedule(60_000, 12_345);
    try {
      assertThat(schedule.dueAtOrAfter(epochMs)).isGreaterThanOrEqualTo(epochMs);
      assertThat(schedule.dueAtOrBefore(epochMs)).isLessThanOrEqualTo(epochMs);
    } catch (ArithmeticException e) {
      assertThat(e).hasMessageContaining("overflow");
    }
  }

  @Test
  void schedule_outOfBounds_isRefused() {
    EndpointId id = new EndpointId("a");
    for (int intervalMs : new int[] {0, -1, 4_999, 300_001}) {
      assertThatThrownBy(() -> Schedule.of(id, intervalMs))
          .hasMessageStartingWith("intervalMs must be 5000 to 300000");
    }
    assertThatThrownBy(() -> new Schedule(5_000, 5_000)).hasMessageStartingWith("phaseMs");
    assertThatThrownBy(() -> new Schedule(5_000, -1)).hasMessageStartingWith("phaseMs");
  }
}
