package dev.holdfast.fileserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping, with the messages of failures. */
final class FileServerStartTest {
  @TempDir Path dir;

  @Test
  void start_afterStop_keepsTheFiles() throws IOException {
    var config = FileServerConfig.real(dir.resolve("new/files")).withLatencyMs(1);
    try (var server = FileServer.start(config)) {
      Wire.put(server.uri(), "name", "x".getBytes(StandardCharsets.UTF_8));
    }

    try (var server = FileServer.start(config)) {
      assertThat(Wire.get(server.uri(), "name").text()).isEqualTo("x");
    }
  }

  @Test
  void start_takenPort_isSaid() throws IOException {
    try (var server = FileServer.start(FileServerConfig.real(dir))) {
      var same = FileServerConfig.real(dir).withPort(server.port());

      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> FileServer.start(same).close())
          .withMessageContaining("127.0.0.1:" + server.port());
    }
  }

  @Test
  void start_dataDirThatIsAFile_isSaid() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FileServer.start(FileServerConfig.real(file)).close())
        .withMessageContaining("data directory")
        .withMessageContaining(file.toString());
  }

  @Test
  void close_whileRequestsAreHeld_endsThem() throws Exception {
    var server = FileServer.start(FileServerConfig.real(dir));
    server.troubles().start(Trouble.HANG);
    try (var wire = new Wire(server.uri())) {
      wire.request("GET", Wire.FILES + "name");
      Await.until("the GET is held", () -> server.troubles().held() == 1);

      server.close();

      assertThatExceptionOfType(IOException.class).isThrownBy(wire::answer);
      Await.until("it is over", () -> server.counts().inProgress() == 0);
    }
  }

  @Test
  void close_whileAFileIsWritten_leavesHalfOfIt() throws Exception {
    var server = FileServer.start(FileServerConfig.real(dir).withLatencyMs(1));
    try (var wire = new Wire(server.uri())) {
      wire.startPut("name", 8).send("half");
      Path file = dir.resolve("name");
      Await.until("half has come", () -> Files.exists(file) && Files.size(file) == 4);

      server.close();

      Await.until("it is over", () -> server.counts().inProgress() == 0);
      assertThat(file).hasContent("half");
    }
  }

  /** A connection that is accepted during the stop must not stay open without an answer. */
  @Test
  void close_whileClientsConnect_leavesNoneOfThemWaiting() throws Exception {
    for (int round = 0; round < 30; round++) {
      var server = FileServer.start(FileServerConfig.real(dir).withLatencyMs(1));
      var answered = new CountDownLatch(20);
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < 4; i++) {
        clients.add(Thread.startVirtualThread(() -> askUntilRefused(server.uri(), answered)));
      }
      answered.await();

      server.close();

      for (Thread client : clients) {
        assertThat(client.join(Patience.STEP)).as("ended in round " + round).isTrue();
      }
    }
  }

  /** Asks until the server refuses. Each request has a new connection, without a time-out. */
  private static void askUntilRefused(URI server, CountDownLatch answered) {
    byte[] request = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (boolean up = true; up; ) {
      try (var socket = new Socket(server.getHost(), server.getPort())) {
        socket.getOutputStream().write(request);
        up = socket.getInputStream().read() >= 0;
        answered.countDown();
      } catch (IOException e) {
        up = false;
      }
    }
  }

  @Test
  void config_badValue_isNamed() {
    var config = FileServerConfig.real(dir);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withPort(65_536))
        .withMessage("port must be 0 to 65535, not 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withLatencyMs(-1))
        .withMessageStartingWith("latencyMs ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withInFlightMax(0))
        .withMessageStartingWith("inFlightMax ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Faults.real().withSendErrors(1001, 0, 1))
        .withMessageStartingWith("sendErrorPermille ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Faults.real().withSendErrors(600, 600, 1))
        .withMessage("sendCutPermille must be 0 to 400, not 600");
  }
}
