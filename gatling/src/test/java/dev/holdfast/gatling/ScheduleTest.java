package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatling.javaapi.core.OpenInjectionStep;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.concurrent.duration.FiniteDuration;

final class ScheduleTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void constant_isEven() {
    var schedule = Schedule.constant(100, 10);

    assertThat(schedule.dueSeconds(0)).isZero();
    assertThat(schedule.dueSeconds(250)).isEqualTo(2.5);
  }

  @Test
  void growing_isTheIntegralOfTheRate() {
    // 10 a second and one more each second: 10 t + t²/2.
    var schedule = Schedule.growing(10, 1, 0, 60);

    assertThat(schedule.dueSeconds(10 * 20 + 20 * 20 / 2)).isCloseTo(20, within(1e-9));
  }

  @Test
  void growing_growsFasterEachMinute() {
    // 10 to 70 in the first minute: 2,400 users. Then 3 more a second each second.
    var schedule = Schedule.growing(10, 1, 2, 120);

    assertThat(schedule.dueSeconds(2_400)).isCloseTo(60, within(1e-9));
    assertThat(schedule.dueSeconds(2_400 + 70 * 10 + 3 * 10 * 10 / 2)).isCloseTo(70, within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void dueSeconds_isWhenGatlingStartsThem(Schedule schedule) {
    Iterator<FiniteDuration> starts = Iterator$.MODULE$.empty();
    List<OpenInjectionStep> steps = List.of(schedule.steps());
    for (OpenInjectionStep step : steps.reversed()) {
      starts = step.asScala().chain(starts);
    }

    long index = 0;
    for (; starts.hasNext(); index++) {
      assertThat(schedule.dueSeconds(index))
          .as("user %s", index)
          .isCloseTo(starts.next().toMillis() / 1000.0, within(0.001_001));
    }
    assertThat(index).isEqualTo(schedule.users()).isPositive();
  }

  static Stream<Schedule> schedules() {
    return Stream.of(
        Schedule.constant(1000, 3),
        Schedule.constant(7.5, 4),
        Schedule.constant(0.35, 10),
        Schedule.constant(0.2, 30),
        Schedule.growing(20, 2, 0, 120),
        Schedule.growing(0.5, 0.1, 0.7, 150),
        Schedule.growing(1, 99.9, 0, 10),
        Schedule.growing(5, 0, 1, 61));
  }

  @Test
  void next_late_wasDueBefore() {
    var schedule = Schedule.constant(1, 10);
    schedule.next(100 * SECOND);

    assertThat(schedule.next(105 * SECOND)).isEqualTo(101 * SECOND);
  }

  @Test
  void next_early_theFirstWasLate() {
    var schedule = Schedule.constant(1, 10);
    schedule.next(100 * SECOND);

    assertThat(schedule.next(100 * SECOND + 1)).isEqualTo(100 * SECOND + 1);
    assertThat(schedule.next(102 * SECOND)).isEqualTo(101 * SECOND + 1);
  }

  @Test
  void atOnce_allAreDueWithTheFirst() {
    var schedule = Schedule.atOnce(3);
    schedule.next(100 * SECOND);

    assertThat(schedule.next(101 * SECOND)).isEqualTo(100 * SECOND);
  }
}
