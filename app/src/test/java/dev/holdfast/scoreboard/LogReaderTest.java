package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a line, and what is not. */
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

  /** nginx writes bytes above 127 as they came. */
  @Test
  void bytesThatAreNoUtf8_areStillALine() throws IOException {
    Figures figures =
        LogReader.read(new ByteArrayInputStream((ok(0, "caf\u00e9") + "\n").getBytes(ISO_8859_1)));

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

    Summary summary = LogReader.read(slow).summary();

    assertThat(summary.requests()).isEqualTo(3);
    assertThat(summary.garbageLines()).isEqualTo(1);
    assertThat(summary.busiest()).extracting(BusiestNames.Busy::name).contains("\u00e4");
  }
}
