package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.farm.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTruthTest {
  @TempDir Path dir;

  private static Seen seen(String head) {
    return new Seen("page", head, "", 10, 20, 30, 40, 50, 7, false);
  }

  @Test
  void request_hasTheNumberOfItsPath_andItsMoments() {
    assertThat(WatchRequest.of(seen("GET /page/1234 HTTP/1.1\r\nHost: a\r\n\r\n")))
        .isEqualTo(new WatchRequest(1234, 10, 30, 40, 50));
  }

  @Test
  void requestWithoutANumber_isMinusOne() {
    assertThat(WatchRequest.of(seen("GET /page HTTP/1.1\r\n\r\n")).number()).isEqualTo(-1);
    assertThat(WatchRequest.of(seen("GET /page/12x HTTP/1.1\r\n\r\n")).number()).isEqualTo(-1);
  }

  @Test
  void delay_isFromTheRequestToTheFirstByte() {
    var request = new WatchRequest(1, 0, 5_000_000, 25_500_000, 26_000_000);

    assertThat(request.delayMs()).isEqualTo(20.5);
    assertThat(request.isAnswered()).isTrue();
    assertThat(new WatchRequest(1, 1, 2, 0, 3).isAnswered()).isFalse();
  }

  @Test
  void file_hasWhatWasWritten_moreThanABufferOfIt() throws Exception {
    Path file = dir.resolve("truth");
    try (var writer = new WatchTruth.Writer(file)) {
      for (long i = 0; i < 5_000; i++) {
        writer.add(new WatchRequest(i, 1_000 + i, 2, 3, 4));
      }
    }

    var truth = new WatchTruth(file);
    assertThat(truth.where(_ -> true))
        .extracting(WatchRequest::number)
        .containsExactlyElementsOf(LongStream.range(0, 5_000).boxed().toList());
    assertThat(truth.between(1_010, 1_012))
        .containsExactly(
            new WatchRequest(10, 1_010, 2, 3, 4), new WatchRequest(11, 1_011, 2, 3, 4));
  }

  @Test
  void flushedPart_canBeReadMeanwhile() throws Exception {
    Path file = dir.resolve("truth");
    try (var writer = new WatchTruth.Writer(file)) {
      writer.add(new WatchRequest(1, 2, 3, 4, 5));
      assertThat(Files.size(file)).isZero();
      writer.flush();

      assertThat(new WatchTruth(file).where(_ -> true)).hasSize(1);
    }
  }

  @Test
  void clock_turnsMomentsOver() {
    var clock = new WatchClock(5_000_000);

    assertThat(clock.epochMicros(1_000_000)).isEqualTo(5_001_000);
    assertThat(clock.nanos(5_001)).isEqualTo(1_000_000);
  }
}
