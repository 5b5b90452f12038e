package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.line;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** Each figure of logs that can be computed by hand. */
final class FiguresTest {
  private static final List<String> LOG =
      List.of(
          line(0, "GET", "a", 200, 100, 0, "nginx"),
          line(0, "GET", "a", 200, 100, 1, "nginx"),
          line(0, "PUT", "b", 201, 50, 20, "sidecar"),
          line(1, "GET", "a", 304, 40, 0, "nginx"),
          line(1, "GET", "gone", 404, 60, 340, "origin"),
          line(3, "DELETE", "b", 200, 10, 30, "sidecar"),
          line(3, "GET", "c?x=1", 503, 80, 9001, "origin"),
          line(3, "GET", "a", 499, 0, 5, "nginx"));

  @Test
  void figures_ofAShortLog() throws IOException {
    Summary summary = AccessLog.summary(LOG);

    assertThat(summary.requests()).isEqualTo(8);
    assertThat(summary.first()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(summary.last()).isEqualTo("2026-01-02T03:04:08Z");
    assertThat(summary.durationSeconds()).isEqualTo(4);
    assertThat(summary.statuses())
        .isEqualTo(Map.of("2xx", 4L, "3xx", 1L, "4xx", 1L, "5xx", 1L, "other", 0L, "gave_up", 1L));
    assertThat(summary.successPerSecondMean()).isEqualTo(1.0);
    assertThat(summary.successPerSecondSustained()).isEqualTo(1.0);
    assertThat(summary.successPerSecondMax()).isEqualTo(3);
    assertThat(summary.bytesSent()).isEqualTo(440);
    assertThat(summary.garbageLines()).isZero();
  }

  @Test
  void servedBy_countsAndTimes() throws IOException {
    Summary summary = AccessLog.summary(LOG);

    assertThat(summary.servedBy().keySet()).containsExactly("nginx", "sidecar", "origin");
    assertThat(summary.servedBy().get("nginx"))
        .isEqualTo(new Summary.Server(4, new Summary.Latency(0, 5, 5, 5)));
    assertThat(summary.servedBy().get("sidecar"))
        .isEqualTo(new Summary.Server(2, new Summary.Latency(20, 30, 30, 30)));
    assertThat(summary.servedBy().get("origin").requests()).isEqualTo(2);
    assertThat(summary.servedBy().get("origin").latency().p50Ms()).isEqualTo(340);
    assertThat(summary.servedBy().get("origin").latency().maxMs()).isEqualTo(9001);
  }

  @Test
  void names_slowestAndBusiest() throws IOException {
    Summary summary = AccessLog.summary(LOG);

    assertThat(summary.slowest())
        .extracting(Summary.Slow::name, Summary.Slow::durationMs, Summary.Slow::status)
        .containsExactly(
            Tuple.tuple("c", 9001L, 503),
            Tuple.tuple("gone", 340L, 404),
            Tuple.tuple("b", 30L, 200),
            Tuple.tuple("a", 5L, 499));
    assertThat(summary.busiest())
        .startsWith(new BusiestNames.Busy("a", 4, 0), new BusiestNames.Busy("b", 2, 0))
        .hasSize(4);
  }

  /** 1 to 1000 ms in any order: the p-th percentile is 10 p, to one in a thousand. */
  @Test
  void percentiles_areWithinAThousandth() throws IOException {
    List<Integer> times = new ArrayList<>(IntStream.rangeClosed(1, 1000).boxed().toList());
    java.util.Collections.shuffle(times, new Random(7));

    Summary.Latency latency =
        AccessLog.summary(
                times.stream().map(ms -> line(0, "GET", "a", 200, 1, ms, "nginx")).toList())
            .latency();

    assertThat(latency).isEqualTo(new Summary.Latency(500, 950, 990, 1000));
  }

  @Test
  void emptyLog_hasZeroesAndNoTimes() throws IOException {
    Summary summary = AccessLog.summary("");

    assertThat(summary.requests()).isZero();
    assertThat(summary.first()).isNull();
    assertThat(summary.durationSeconds()).isZero();
    assertThat(summary.successPerSecondMean()).isZero();
    assertThat(summary.successPerSecondSustained()).isZero();
    assertThat(summary.latency()).isEqualTo(new Summary.Latency(0, 0, 0, 0));
    assertThat(summary.course()).isEmpty();
  }

  @Test
  void course_isBySecond() throws IOException {
    List<Summary.Point> course = AccessLog.summary(LOG).course();

    assertThat(course)
        .containsExactly(
            new Summary.Point(AccessLog.START, 3, 0, 0, 0, 7.0, 1L, 20L),
            new Summary.Point(AccessLog.START + 1, 0, 1, 0, 0, 170.0, 0L, 340L),
            new Summary.Point(AccessLog.START + 2, 0, 0, 0, 0, null, null, null),
            new Summary.Point(
                AccessLog.START + 3, 1, 0, 1, 1, 9036 / 3.0, 30L, course.get(3).p99Ms()));
    assertThat(course.get(3).p99Ms()).isBetween(8_900L, 9_001L);
  }

  /** nginx's workers write on their own, so the first line need not be of the first second. */
  @Test
  void course_beginsWithTheOldestLine() throws IOException {
    List<Summary.Point> course =
        AccessLog.summary(
                List.of(
                    AccessLog.ok(2, "a"),
                    AccessLog.ok(1, "a"),
                    AccessLog.ok(0, "a"),
                    AccessLog.ok(3, "a")))
            .course();

    assertThat(course)
        .extracting(Summary.Point::second, Summary.Point::successPerSecond)
        .containsExactly(
            Tuple.tuple(AccessLog.START, 1.0),
            Tuple.tuple(AccessLog.START + 1, 1.0),
            Tuple.tuple(AccessLog.START + 2, 1.0),
            Tuple.tuple(AccessLog.START + 3, 1.0));
  }

  /** 20,000 s do not fit: each point becomes longer, and none is lost. */
  @Test
  void course_ofALongLog_isBounded() throws IOException {
    Summary summary =
        AccessLog.summary(IntStream.range(0, 20_000).mapToObj(i -> AccessLog.ok(i, "a")).toList());

    assertThat(summary.course()).hasSizeBetween(256, Timeline.BUCKETS_MAX);
    assertThat(summary.courseStepSeconds()).isEqualTo(64);
    assertThat(summary.course())
        .allSatisfy(point -> assertThat(point.successPerSecond()).isEqualTo(1.0));
  }
}
