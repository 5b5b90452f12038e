package dev.holdfast.system.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The health check of a container, run without a container: which silent process it kills. A socket
 * of the test answers, or is silent; the process that may be killed is another one.
 */
@Timeout(600)
final class ContainerProbeTest {
  private static final Path PROBE = Path.of("..", "compose", "probe");

  /** Never ends, and always wants a CPU, whether it gets one or waits for it. */
  private static final String WORK = "while :; do :; done";

  /** Never ends, and wants no CPU, as threads that wait for each other. */
  private static final String WAIT = "read";

  @TempDir Path notes;
  private int port;
  private HttpServer answering;
  private ServerSocket silent;
  private Process process;

  @BeforeEach
  void takePort() throws IOException {
    port = FreePorts.one();
  }

  @AfterEach
  void end() throws Exception {
    stopAnswering();
    if (silent != null) {
      silent.close();
    }
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hung_isKilledAtTheSecondLook(boolean stopped) throws Exception {
    run(stopped ? WORK : WAIT);
    if (stopped) {
      signal("STOP");
    }
    answerOnceThenFallSilent();
    assertThat(look().said()).isEqualTo("no answer\n");
    assertThat(process.isAlive()).isTrue();
    assertThat(look().said()).contains("busy: ").endsWith("killed\n");
    assertKilled();
  }

  /** It has hung since the first look. How busy it was before does not count. */
  @Test
  void stopsBetweenTheLooks_isKilledAtTheThird() throws Exception {
    run(WORK);
    answerOnceThenFallSilent();
    look();
    assertThat(look().said()).startsWith("no answer, but at work or waiting for a CPU: ");
    signal("STOP");
    while (process.isAlive()) {
      look();
    }
    assertKilled();
  }

  @Test
  void busy_isLeftAlone_untilTheThirtiethLook() throws Exception {
    run(WORK);
    answerOnceThenFallSilent();
    look();
    for (int i : List.of(2, 3, 30)) {
      Files.writeString(notes.resolve("silent"), (i - 1) + "\n");
      Look look = look();
      assertThat(look.code()).isEqualTo(1);
      assertThat(look.said()).as("look %d", i).startsWith("no answer, but at work");
      assertThat(process.isAlive()).isTrue();
    }
    assertThat(look().said()).isEqualTo("killed\n");
    assertKilled();
  }

  @Test
  void answerInBetween_beginsAnew() throws Exception {
    run(WAIT);
    answerOnceThenFallSilent();
    look();
    silent.close();
    answerOnceThenFallSilent();
    assertThat(notes.resolve("looked")).doesNotExist();
    assertThat(look().said()).isEqualTo("no answer\n");
    assertThat(process.isAlive()).isTrue();
  }

  /** The engine ends a look that takes too long. So it has to have noted the silence before. */
  @Test
  void looksThatTheEngineEnds_count() throws Exception {
    run(WORK);
    answerOnceThenFallSilent();
    for (int i = 1; i <= 30; i++) {
      String noted = i + "\n";
      Process look = start(60, "/proc");
      Await.until("it has begun", () -> Files.readString(notes.resolve("silent")).equals(noted));
      look.descendants().forEach(ProcessHandle::destroyForcibly);
      look.destroyForcibly().waitFor();
    }
    assertThat(process.isAlive()).isTrue();
    assertThat(look().said()).isEqualTo("killed\n");
    assertKilled();
  }

  /** Then the kernel does not say who is busy. */
  @Test
  void withoutFiguresOfTheKernel_silentTwice_isKilled(@TempDir Path empty) throws Exception {
    run(WORK);
    answerOnceThenFallSilent();
    look(empty.toString());
    assertThat(look(empty.toString()).said()).contains("busy: not known\n").endsWith("killed\n");
    assertKilled();
  }

  @Test
  void stillStarting_isNotKilled() throws Exception {
    run(WAIT);
    fallSilent();
    for (int i = 0; i < 3; i++) {
      assertThat(look()).isEqualTo(new Look(1, "no answer yet\n"));
    }
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void errorIsAnAnswer() throws Exception {
    run(WAIT);
    for (int i = 0; i < 3; i++) {
      answer(503);
      assertThat(look().code()).isEqualTo(1);
      assertThat(look().said()).startsWith("HTTP/1.1 503");
      stopAnswering();
    }
    assertThat(process.isAlive()).isTrue();
  }

  private record Look(int code, String said) {}

  private Look look() throws Exception {
    return look("/proc");
  }

  private Look look(String proc) throws Exception {
    Process probe = start(1, proc);
    String said = new String(probe.getInputStream().readAllBytes(), UTF_8);
    return new Look(probe.waitFor(), said);
  }

  private Process start(int seconds, String proc) throws IOException {
    var builder =
        new ProcessBuilder("bash", PROBE.toString(), Integer.toString(port), "/health")
            .redirectErrorStream(true);
    builder.environment().put("PROBE_NOTES", notes.toString());
    builder.environment().put("PROBE_PROCESSES", Long.toString(process.pid()));
    builder.environment().put("PROBE_PROC", proc);
    builder.environment().put("PROBE_SECONDS", Integer.toString(seconds));
    return builder.start();
  }

  private void run(String script) throws IOException {
    process = new ProcessBuilder("bash", "-c", script).start();
  }

  private void signal(String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private void answerOnceThenFallSilent() throws Exception {
    answer(200);
    assertThat(look()).isEqualTo(new Look(0, "HTTP/1.1 200 OK\n"));
    stopAnswering();
    fallSilent();
  }

  private void answer(int status) throws IOException {
    answering = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    answering.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    answering.start();
  }

  private void stopAnswering() {
    if (answering != null) {
      answering.stop(0);
      answering = null;
    }
  }

  /** The kernel takes connections, and nobody accepts them. */
  private void fallSilent() throws IOException {
    silent = new ServerSocket();
    silent.setReuseAddress(true);
    silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
  }

  private void assertKilled() throws InterruptedException {
    assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(137);
  }
}
