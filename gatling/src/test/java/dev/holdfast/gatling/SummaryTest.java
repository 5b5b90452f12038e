package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SummaryTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final Summary.Bounds STRICT = new Summary.Bounds(false, 0);

  @TempDir private Path directory;
  private final Recorder recorder = new Recorder();

  @Test
  void keys_areThoseOfVegeta() throws Exception {
    get(0, 0, 10 * MILLI, 200, 100);
    get(SECOND, SECOND, SECOND + 30 * MILLI, 200, 300);

    JsonNode json = written(STRICT);

    assertThat(json.at("/latencies/total").asLong()).isEqualTo(40 * MILLI);
    assertThat(json.at("/latencies/mean").asLong()).isEqualTo(20 * MILLI);
    assertThat(json.at("/latencies/50th").asLong()).isBetween(9_990_000L, 10_010_000L);
    assertThat(json.at("/latencies/95th").asLong()).isEqualTo(30 * MILLI);
    assertThat(json.at("/latencies/99th").asLong()).isEqualTo(30 * MILLI);
    assertThat(json.at("/latencies/max").asLong()).isEqualTo(30 * MILLI);
    assertThat(json.at("/bytes_in/total").asLong()).isEqualTo(400);
    assertThat(json.at("/bytes_in/mean").asDouble()).isEqualTo(200);
    assertThat(json.at("/bytes_out/total").asLong()).isEqualTo(14);
    assertThat(json.at("/earliest").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.at("/latest").asText()).isEqualTo("2026-01-01T00:00:01Z");
    assertThat(json.at("/end").asText()).isEqualTo("2026-01-01T00:00:01.030Z");
    assertThat(json.at("/duration").asLong()).isEqualTo(SECOND);
    assertThat(json.at("/wait").asLong()).isEqualTo(30 * MILLI);
    assertThat(json.at("/requests").asLong()).isEqualTo(2);
    assertThat(json.at("/rate").asDouble()).isEqualTo(2);
    assertThat(json.at("/throughput").asDouble()).isEqualTo(2 / 1.03);
    assertThat(json.at("/success").asDouble()).isEqualTo(1);
    assertThat(json.at("/status_codes/200").asLong()).isEqualTo(2);
    assertThat(json.at("/errors")).isEmpty();
    assertThat(json.at("/invalid_data").asLong()).isZero();
    assertThat(json.at("/broken")).isEmpty();
  }

  @Test
  void latency_countsFromWhenItWasDue() throws Exception {
    get(0, 3 * SECOND, 3 * SECOND + MILLI, 200, 1);

    JsonNode json = written(STRICT);

    assertThat(json.at("/latencies/max").asLong()).isEqualTo(3 * SECOND + MILLI);
    assertThat(json.at("/generator/late").asLong()).isEqualTo(1);
    assertThat(json.at("/generator/late_max").asLong()).isEqualTo(3 * SECOND);
    assertThat(json.at("/generator/kept_rate").asBoolean(true)).isFalse();
  }

  /**
   * A request that follows another one of its user is never late, and says nothing about the rate.
   */
  @Test
  void keptRate_isOfTheScheduledRequestsAlone() throws Exception {
    for (int i = 0; i < 99; i++) {
      get(0, 0, MILLI, 200, 1);
    }
    for (int i = 0; i < 1000; i++) {
      follows();
    }
    get(0, SECOND, SECOND, 200, 1);

    JsonNode generator = written(STRICT).at("/generator");
    assertThat(generator.at("/scheduled").asLong()).isEqualTo(100);
    assertThat(generator.at("/late").asLong()).isEqualTo(1);
    assertThat(generator.at("/kept_rate").asBoolean()).isTrue();

    get(0, SECOND, SECOND, 200, 1);
    assertThat(written(STRICT).at("/generator/kept_rate").asBoolean(true)).isFalse();
  }

  @Test
  void text_saysWhenTheRateWasNotKept() {
    String line = "The generator could not keep its rate: the figures are partly its own.";
    get(0, 0, MILLI, 200, 1);
    assertThat(LoadRun.text("Some", recorder, new Generator()))
        .doesNotContain(line)
        .anyMatch(text -> text.contains("0 of 1 requests started more than 20 ms late"));

    get(0, SECOND, SECOND, 200, 1);
    assertThat(LoadRun.text("Some", recorder, new Generator()))
        .contains(line)
        .anyMatch(text -> text.contains("1 of 2 requests started more than 20 ms late, at most"));
  }

  @Test
  void write_replacesWhatWasThere_andLeavesNothingElse() throws Exception {
    get(0, 0, MILLI, 200, 1);
    written(STRICT);
    get(0, 0, MILLI, 200, 1);

    assertThat(written(STRICT).at("/requests").asLong()).isEqualTo(2);
    assertThat(directory.resolve("new")).isDirectoryContaining("glob:**/summary.json");
    assertThat(directory.resolve("new")).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void serverError_breaksTheRun() throws Exception {
    record(503, Optional.of("503"), false);

    JsonNode json = written(STRICT);

    assertThat(json.at("/success").asDouble()).isZero();
    assertThat(json.at("/status_codes/503").asLong()).isEqualTo(1);
    assertThat(json.at("/errors/0").asText()).isEqualTo("GET: 503");
    assertThat(json.at("/broken/0").asText()).isEqualTo("answers with a 5xx: 1");
    assertThat(written(new Summary.Bounds(true, 0)).at("/broken")).isEmpty();
  }

  @Test
  void invalidData_breaksTheRunEvenIfRequestsMayFail() throws Exception {
    record(200, Optional.of("stale"), true);

    JsonNode json = written(new Summary.Bounds(true, 0));

    assertThat(json.at("/invalid_data").asLong()).isEqualTo(1);
    assertThat(json.at("/broken/0").asText()).isEqualTo("invalid data: 1");
  }

  @Test
  void prepared_countsItsDataAlone() throws Exception {
    get(0, 0, MILLI, 200, 1);
    recorder.prepared(
        new Outcome("GET", 0, true, 0, SECOND, 200, 1, 7, Optional.of("stale"), true, true));

    JsonNode json = written(new Summary.Bounds(true, 0));

    assertThat(json.at("/requests").asLong()).isEqualTo(1);
    assertThat(json.at("/latencies/max").asLong()).isEqualTo(MILLI);
    assertThat(json.at("/invalid_data").asLong()).isEqualTo(1);
    assertThat(json.at("/checked").asLong()).isEqualTo(2);
    assertThat(json.at("/errors/0").asText()).isEqualTo("GET, set-up: stale");
    assertThat(json.at("/broken/0").asText()).isEqualTo("invalid data: 1");
  }

  @Test
  void p99_overItsBound_breaksTheRun() throws Exception {
    get(0, 0, 10 * MILLI, 200, 1);

    assertThat(written(new Summary.Bounds(false, 11)).at("/broken")).isEmpty();
    assertThat(written(new Summary.Bounds(false, 10)).at("/broken/0").asText())
        .isEqualTo("GET: the 99th percentile is 10 ms, not under 10");
  }

  @Test
  void noRequests_breaksTheRun() throws Exception {
    assertThat(written(STRICT).at("/broken/0").asText()).isEqualTo("not one request was sent");
  }

  /** Nothing has a time then, neither 1970 nor the start of the machine. */
  @Test
  void noRequests_noTimes() throws Exception {
    JsonNode json = written(STRICT);

    for (String time : List.of("earliest", "latest", "end")) {
      assertThat(json.has(time)).as(time).isTrue();
      assertThat(json.get(time).isNull()).as(time).isTrue();
    }
    assertThat(json.at("/duration").asLong(-1)).isZero();
    assertThat(json.at("/wait").asLong(-1)).isZero();
    assertThat(json.at("/rate").asDouble(-1)).isZero();
    assertThat(json.at("/throughput").asDouble(-1)).isZero();
  }

  /** The times of those that were sent are true, even if nobody answered. */
  @Test
  void requestsWithoutAnAnswer_haveTheirTimes() throws Exception {
    record(0, Optional.of("connection refused"), false);

    JsonNode json = written(STRICT);

    assertThat(json.at("/earliest").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.at("/latest").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.at("/end").asText()).isEqualTo("2026-01-01T00:00:00.001Z");
    assertThat(json.at("/status_codes/0").asLong()).isEqualTo(1);
  }

  @Test
  void generator_saysItsShare() throws Exception {
    long start = System.nanoTime();
    var generator = new Generator();
    generator.begin();
    var threads = ManagementFactory.getThreadMXBean();
    long enough = threads.getCurrentThreadCpuTime() + 50 * MILLI;
    while (threads.getCurrentThreadCpuTime() < enough) {
      Thread.onSpinWait();
    }

    JsonNode json = written(generator, STRICT).at("/generator");
    double passed = System.nanoTime() - start;

    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(json.at("/cores").asInt()).isEqualTo(cores);
    // At least the time of this thread, less the grain of the clocks.
    assertThat(json.at("/cpu_share").asDouble()).isBetween(50 * MILLI / passed / cores / 2, 1.0);
  }

  private void get(long due, long start, long end, int status, long bytes) {
    recorder.record(
        new Outcome("GET", due, true, start, end, status, bytes, 7, Optional.empty(), true, false));
  }

  private void follows() {
    recorder.record(
        new Outcome("GET", 0, false, 0, MILLI, 200, 1, 7, Optional.empty(), true, false));
  }

  private void record(int status, Optional<String> failure, boolean invalid) {
    recorder.record(new Outcome("GET", 0, true, 0, MILLI, status, 1, 7, failure, true, invalid));
  }

  private JsonNode written(Summary.Bounds bounds) throws Exception {
    return written(new Generator(), bounds);
  }

  private JsonNode written(Generator generator, Summary.Bounds bounds) throws Exception {
    Path file = directory.resolve("new/summary.json");
    Summary.of("Some", recorder, generator, bounds, Instant.parse("2026-01-01T00:00:00Z"))
        .writeTo(file);
    return new ObjectMapper().readTree(file.toFile());
  }
}
