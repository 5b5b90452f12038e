package dev.holdfast.fileserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.testkit.Await;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The troubles that tests of the front can make in a running stand-in. */
final class FileServerTroublesTest {
  @TempDir Path dir;
  private FileServer server;

  @BeforeEach
  void start() throws IOException {
    server = FileServer.start(FileServerConfig.real(dir).withLatencyMs(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answer429_untilItIsStopped() throws IOException {
    server.troubles().start(Trouble.ANSWER_429);
    assertThat(Wire.get(server.uri(), "name").status()).isEqualTo(429);
    assertThat(put("x").status()).isEqualTo(429);
    assertThat(server.counts().refused()).isEqualTo(2);

    server.troubles().stop(Trouble.ANSWER_429);

    assertThat(put("x").status()).isEqualTo(201);
  }

  @Test
  void answer429_toALargeUpload_isNotLost() throws IOException {
    server.troubles().start(Trouble.ANSWER_429);

    assertThat(put("x".repeat(1_000_000)).status()).isEqualTo(429);
  }

  @Test
  void answer500_changesNothing() throws IOException {
    put("old");
    server.troubles().start(Trouble.ANSWER_500);

    assertThat(put("new").status()).isEqualTo(500);
    assertThat(Wire.delete(server.uri(), "name").status()).isEqualTo(500);
    server.troubles().stopAll();

    assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("old");
  }

  @Test
  void hang_holdsRequestsUntilItIsStopped() throws Exception {
    put("x");
    server.troubles().start(Trouble.HANG);
    try (var wire = new Wire(server.uri())) {
      wire.request("GET", Wire.FILES + "name");
      Await.until("the GET is held", () -> server.troubles().held() == 1);

      server.troubles().stop(Trouble.HANG);

      assertThat(wire.answer().text()).isEqualTo("x");
    }
  }

  @Test
  void cutUploads_breaksTheUpload() throws IOException {
    put("old");
    server.troubles().start(Trouble.CUT_UPLOADS);

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> put("x".repeat(100_000)));

    assertThat(Files.exists(dir.resolve("name"))).isFalse();
  }

  @Test
  void cutDownloads_sendsHalf() throws IOException {
    put("x".repeat(100_000));
    server.troubles().start(Trouble.CUT_DOWNLOADS);

    Answer get = Wire.get(server.uri(), "name");

    assertThat(get.whole()).isFalse();
    assertThat(get.body()).hasSize(50_000);
  }

  @Test
  void cutDownloads_ofAnEmptyFile_isNoAnswer() throws IOException {
    put("");
    server.troubles().start(Trouble.CUT_DOWNLOADS);

    assertThatExceptionOfType(EOFException.class).isThrownBy(() -> Wire.get(server.uri(), "name"));
  }

  @Test
  void delayNext_delaysSoManyRequests() throws Exception {
    server.troubles().delayNext(1, TimeUnit.HOURS.toMillis(1));

    try (var one = new Wire(server.uri());
        var other = new Wire(server.uri())) {
      var answered = new CountDownLatch(1);
      for (Wire wire : List.of(one, other)) {
        wire.request("GET", Wire.FILES + "name");
        Thread.ofVirtual().start(() -> answer(wire, answered));
      }
      answered.await();

      assertThat(server.counts().requestsTotal()).isEqualTo(2);
      Await.until("one alone is delayed", () -> server.counts().inProgress() == 1);
    }
  }

  @Test
  void delayNext_badValue_isNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.troubles().delayNext(-1, 0))
        .withMessageContaining("requests");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.troubles().delayNext(1, -1))
        .withMessageContaining("extraMs");
  }

  private Answer put(String text) throws IOException {
    return Wire.put(server.uri(), "name", text.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(Wire wire, CountDownLatch answered) {
    try {
      wire.answer();
      answered.countDown();
    } catch (IOException closedMeanwhile) {
      // The delayed request: nobody waits for it any more.
    }
  }
}
