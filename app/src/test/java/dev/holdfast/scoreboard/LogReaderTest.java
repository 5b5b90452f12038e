package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.line;
import static dev.holdfast.scoreboard.AccessLog.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of an access log, and texts that are not. */
final class LogReaderTest {
  private static final String GOOD = ok(0, "a");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{}",
        "[]",
        "null",
        "7",
        "127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] \"GET /a HTTP/1.1\" 200 300",
        "{\"time\":\"2026-01-02T03:04:05+00:00\",\"method\":\"GET\"",
        "{\"time\":{\"a\":1}}",
      })
  void garbage_isCountedAndPassedOver(String garbage) throws IOException {
    Summary summary = AccessLog.summary(List.of(GOOD, garbage, GOOD));

    assertThat(summary.requests()).isEqualTo(2);
    assertThat(summary.garbageLines()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"status\":200>\"status\":1000",
        "\"status\":200>\"status\":-1",
        "\"status\":200>\"status\":\"200\"",
        "\"status\":200>\"status\":99999999999",
        "\"status\":200,>",
        "\"bytes_sent\":300>\"bytes_sent\":-1",
        "\"bytes_sent\":300>\"bytes_sent\":null",
        "\"bytes_sent\":300>\"bytes_sent\":300.5",
        "\"bytes_sent\":300>\"bytes_sent\":9223372036854775807",
        "\"bytes_sent\":300>\"bytes_sent\":99999999999999999999",
        "\"status\":200>\"status\":200.5",
        "\"status\":200>\"status\":4294967496",
        "\"request_time_s\":0.000>\"request_time_s\":1e999",
        "\"request_time_s\":0.000>\"request_time_s\":NaN",
        "\"request_time_s\":0.000>\"request_time_s\":99999999.000",
        "2026-01-02>1970-01-02",
        "2026-01-02>2926-01-02",
        "2026-01-02>+999999999-01-02",
        "\"request_time_s\":0.000>\"request_time_s\":-0.001",
        "\"request_time_s\":0.000>\"request_time_s\":\"-\"",
        "2026-01-02>2026-13-02",
        "2026-01-02>1926-01-02",
        "\"time\">\"tide\"",
        "\"uri\">\"url\"",
        "\"nginx\">\"nobody\"",
        "\"nginx\"}>\"nginx\"}}",
        "\"nginx\"}>\"nginx\"",
      })
  void lineWithOneThingWrong_isGarbage(String change) throws IOException {
    String[] parts = change.split(">", -1);
    String bad = GOOD.replace(parts[0], parts[1]);
    assertThat(bad).isNotEqualTo(GOOD);

    Summary summary = AccessLog.summary(List.of(bad, GOOD));

    assertThat(summary.requests()).isEqualTo(1);
    assertThat(summary.garbageLines()).isEqualTo(1);
  }

  /** Lines with the largest byte counts, more of them than a sum can hold. */
  @Test
  void craftedByteCounts_doNotOverflowTheSum() {
    var figures = new Figures();
    for (int i = 0; i < 10_000; i++) {
      figures.add(
          new LogEntry(
              AccessLog.START,
              "GET",
              "a",
              200,
              1L << 50,
              0,
              ServedBy.NGINX,
              Optional.empty(),
              false));
    }

    assertThat(figures.summary().bytesSent()).isEqualTo(Long.MAX_VALUE);
  }

  /** The same for the bytes that clients that gave up had sent. */
  @Test
  void craftedRequestLengths_doNotOverflowTheSum() throws IOException {
    String line = AccessLog.gaveUp(line(0, "PUT", "a", 400, 0, 5, "nginx"), 0, "9", "");
    String crafted = line.replace("request_length=0", "request_length=999999999999999");
    String tooLong = line.replace("request_length=0", "request_length=9999999999999999999");
    var lines = new ArrayList<>(Collections.nCopies(10_000, crafted));
    lines.add(tooLong);

    Summary.Stage sending = AccessLog.summary(lines).gaveUp().byStage().get("sending");

    assertThat(sending.requests()).isEqualTo(10_001);
    assertThat(sending.bytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(sending.percentMax()).isEqualTo(100);
  }

  @Test
  void fieldsThatAreNotKnown_arePassedOver() throws IOException {
    String more = GOOD.replace("{\"time\"", "{\"new\":{\"a\":[1,{}]},\"time\"");

    assertThat(AccessLog.summary(List.of(more)).requests()).isEqualTo(1);
  }

  @Test
  void names_areWithoutPathAndQuery() throws IOException {
    List<String> lines =
        List.of(
            ok(0, "a%20b?c/d"),
            ok(0, "x").replace("/api/fileserver/x", "/else?/api/fileserver/x"),
            ok(0, "\\\"quoted\\\\"),
            ok(0, ""),
            ok(0, "n".repeat(5000)));

    assertThat(AccessLog.summary(lines).busiest())
        .extracting(BusiestNames.Busy::name)
        .containsExactlyInAnyOrder(
            "a%20b",
            "/else", "\"quoted\\", "/api/fileserver/", "n".repeat(LogEntryParser.NAME_CHARS_MAX));
  }

  /** The longest names, in the longest spelling, different at their ends alone. */
  @Test
  void longestNames_areNotOne() throws IOException {
    String name = "%C3%A4".repeat(127);

    assertThat(AccessLog.summary(List.of(ok(0, name + "a"), ok(0, name + "b"))).busiest())
        .extracting(BusiestNames.Busy::name)
        .containsExactlyInAnyOrder(name + "a", name + "b");
  }

  /** nginx writes bytes above 127 unchanged. */
  @Test
  void bytesThatAreNoUtf8_areStillALine() throws IOException {
    Figures figures =
        AccessLog.read(new ByteArrayInputStream((ok(0, "caf\u00e9") + "\n").getBytes(ISO_8859_1)));

    assertThat(figures.summary().busiest().getFirst().name()).isEqualTo("caf\ufffd");
    assertThat(figures.summary().garbageLines()).isZero();
  }

  @Test
  void lastLineWithoutEnd_isGarbage() throws IOException {
    Summary summary = AccessLog.summary(GOOD + "\n" + GOOD.substring(0, 50));

    assertThat(summary.requests()).isEqualTo(1);
    assertThat(summary.garbageLines()).isEqualTo(1);
  }

  @Test
  void endlessLine_isOneGarbageLine() throws IOException {
    String endless = "x".repeat(3 * LogReader.BUFFER_BYTES);

    Summary summary = AccessLog.summary(List.of(GOOD, endless, GOOD));

    assertThat(summary.requests()).isEqualTo(2);
    assertThat(summary.garbageLines()).isEqualTo(1);
  }

  /** However the bytes come, the lines are the same. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 255, 256, 257})
  void portions_makeNoDifference(int portionBytes) throws IOException {
    byte[] log =
        (GOOD + "\n" + ok(1, "b") + "\nnonsense\n" + ok(2, "\u00e4") + "\n").getBytes(UTF_8);
    InputStream slow =
        new ByteArrayInputStream(log) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, portionBytes));
          }
        };

    Summary summary = AccessLog.read(slow).summary();

    assertThat(summary.requests()).isEqualTo(3);
    assertThat(summary.garbageLines()).isEqualTo(1);
    assertThat(summary.busiest()).extracting(BusiestNames.Busy::name).contains("\u00e4");
  }
}
