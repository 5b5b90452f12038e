package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs whose files are not given oldest first, or whose clock went back. No figure is wrong. */
final class OutOfOrderTest {
  private static final long HOUR = 3600;

  @Test
  void filesNewestFirst_whatDependsOnTheOrderIsRefused() throws IOException {
    List<String> log = concat(seconds(HOUR, 30, 5), seconds(0, 30, 2));

    Summary summary = AccessLog.summary(log);

    assertRefused(summary);
    assertThat(summary.outOfOrder())
        .isEqualTo(new LogOrder.Break(151, "2026-01-02T03:04:05Z", "2026-01-02T04:04:34Z"));
  }

  /** The seconds of the hour come twice, and no line says to which of them it belongs. */
  @Test
  void clockThatWentBack_isRefused() throws IOException {
    assertRefused(AccessLog.summary(concat(seconds(0, 2 * HOUR, 1), seconds(HOUR, HOUR, 1))));
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * LogOrder.STEP_SECONDS + 2, 10, 30, 63, 64, 300})
  void clockThatWentBackByALittle_isRefused(long back) throws IOException {
    assertRefused(AccessLog.summary(concat(seconds(0, 400, 3), seconds(400 - back, 400, 3))));
  }

  @Test
  void oneLineThatIsMuchOlder_isRefused() throws IOException {
    assertRefused(AccessLog.summary(concat(seconds(HOUR, 30, 5), List.of(ok(0, "old")))));
  }

  /** First comes a line of the future, as damage makes it, and then the present. */
  @Test
  void oneLineThatIsMuchNewer_isRefused() throws IOException {
    assertRefused(
        AccessLog.summary(
            concat(seconds(0, 30, 5), List.of(ok(24 * HOUR, "new")), seconds(30, 30, 5))));
  }

  /** Counts and times of requests do not depend on the order. */
  @Test
  void everythingElse_isRightInAnyOrder() throws IOException {
    List<String> log = seconds(0, 500, 3);
    Summary right = AccessLog.summary(log);
    List<String> shuffled = new ArrayList<>(log);
    Collections.shuffle(shuffled, new Random(3));

    Summary summary = AccessLog.summary(shuffled);

    assertRefused(summary);
    assertThat(summary.requests()).isEqualTo(1500);
    assertThat(summary.first()).isEqualTo(right.first());
    assertThat(summary.last()).isEqualTo(right.last());
    assertThat(summary.statuses()).isEqualTo(right.statuses());
    assertThat(summary.latency()).isEqualTo(right.latency());
    assertThat(summary.bytesSent()).isEqualTo(right.bytesSent());
    assertThat(summary.servedBy()).isEqualTo(right.servedBy());
    assertThat(summary.busiest()).isEqualTo(right.busiest());
  }

  /** Workers of nginx write their lines once a second, each on its own. That counts as in order. */
  @Test
  void severalWorkers_areInOrder() throws IOException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var log = new ArrayList<String>();
    for (int second = 0; second < 200; second++) {
      for (int worker = 0; worker < 4; worker++) {
        // A worker writes the lines of this second, and some of the one before.
        for (int late = random.nextInt(2); late >= 0; late--) {
          log.add(ok(Math.max(0, second - late), "a"));
        }
      }
    }

    Summary summary = AccessLog.summary(log);

    assertThat(summary.outOfOrder()).as("seed " + seed).isNull();
    assertThat(summary.durationSeconds()).isEqualTo(200);
    assertThat(summary.successPerSecondMean()).isEqualTo(log.size() / 200.0);
  }

  /** A worker that a slow disk has held up brings a second of lines. */
  @Test
  void workerThatWasHeldUp_isInOrder_andItsLinesCountForTheirSecond() throws IOException {
    List<String> log =
        concat(
            seconds(0, 50, 2),
            seconds(20, 2, 10),
            List.of(ok(50, "a")),
            seconds(40, 2, 1),
            seconds(51, 10, 2));

    Summary summary = AccessLog.summary(log);

    assertThat(summary.outOfOrder()).isNull();
    assertThat(summary.durationSeconds()).isEqualTo(61);
    assertThat(summary.successPerSecondMax()).isEqualTo(12);
    assertThat(summary.successPerSecondSustained()).isEqualTo(4.0);
  }

  @Test
  void table_saysWhyAndWhere() throws IOException {
    assertThat(report(concat(seconds(HOUR, 1, 1), seconds(0, 1, 2))).table())
        .contains(
            """
            from           2026-01-02T03:04:05Z
            to             2026-01-02T04:04:05Z
            duration       not known
            requests       3
            """,
            """
              mean         not known
              sustained    not known
              maximum      not known
            """)
        .endsWith(
            """
            The lines are out of order: line 2 is of 2026-01-02T03:04:05Z, and one before it is of\
             2026-01-02T04:04:05Z.
            Either the files were not given oldest first, or the clock went back.
            So the duration and the requests a second are not known, and there is no plot.""");
  }

  @Test
  void json_hasNullForWhatIsNotKnown() throws IOException {
    LogReport report = report(concat(seconds(HOUR, 1, 1), seconds(0, 1, 1)));
    JsonNode json = new ObjectMapper().readTree(report.json());

    for (String figure :
        List.of(
            "duration_seconds",
            "success_per_second_mean",
            "success_per_second_sustained",
            "success_per_second_max")) {
      assertThat(json.get(figure).isNull()).as(figure).isTrue();
    }
    assertThat(json.at("/out_of_order/line").asInt()).isEqualTo(2);
    assertThat(json.at("/out_of_order/time").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(json.at("/out_of_order/after").asText()).isEqualTo("2026-01-02T04:04:05Z");
  }

  /**
   * A live log comes from one nginx, so only its clock can have gone back. The stretches before and
   * after follow one another.
   */
  @ParameterizedTest
  @ValueSource(longs = {2 * LogOrder.STEP_SECONDS + 2, 30, 60, 100, 3600})
  void live_clockThatWentBack_timeGoesOn(long back) {
    var figures = new Figures();
    add(figures, HOUR, 100, 5);
    add(figures, HOUR + 100 - back, 100, 3);

    Summary live = figures.live();

    assertThat(live.durationSeconds()).isEqualTo(200);
    assertThat(live.successPerSecondMean()).isEqualTo(4.0);
    assertThat(live.successPerSecondSustained()).isEqualTo(5.0);
    assertThat(live.successPerSecondMax()).isEqualTo(5);
    add(figures, HOUR + 200 - back, 20, 9);
    assertThat(figures.live().successPerSecondMax()).isEqualTo(9);
    assertThat(figures.live().successPerSecondSustained()).isEqualTo(9.0);
  }

  private static void assertRefused(Summary summary) {
    assertThat(summary.outOfOrder()).isNotNull();
    assertThat(summary.durationSeconds()).isNull();
    assertThat(summary.successPerSecondMean()).isNull();
    assertThat(summary.successPerSecondSustained()).isNull();
    assertThat(summary.successPerSecondMax()).isNull();
    assertThat(summary.course()).isEmpty();
  }

  private static void add(Figures figures, long first, long seconds, int each) {
    for (String line : seconds(first, seconds, each)) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      new LogEntryParser(AccessLog.AFTERWARDS)
          .parse(bytes, 0, bytes.length)
          .ifPresentOrElse(figures::add, figures::addGarbage);
    }
  }

  /** Returns so many requests in each of the seconds. */
  private static List<String> seconds(long first, long seconds, int each) {
    return LongStream.range(first, first + seconds)
        .boxed()
        .flatMap(second -> Collections.nCopies(each, ok(second, "a")).stream())
        .toList();
  }

  @SafeVarargs
  private static List<String> concat(List<String>... parts) {
    var all = new ArrayList<String>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static LogReport report(List<String> lines) throws IOException {
    String log = String.join("\n", lines) + "\n";
    return LogReport.of(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
  }
}
