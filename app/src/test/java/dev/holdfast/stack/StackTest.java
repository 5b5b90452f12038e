package dev.holdfast.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.files.FilesConfig;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.http.Ports;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.service.StartFailure;
import dev.holdfast.service.StartFailure.Listener;
import dev.holdfast.sidecar.SidecarSettings;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("nginx")
final class StackTest {
  private static final int PAIRS = 2;

  @TempDir Path dir;

  private final List<String> progress = new ArrayList<>();

  /** Those of nginx, the sidecars and the stand-ins. */
  private List<Integer> ports;

  @BeforeEach
  void ports() throws IOException {
    ports = FreePorts.take(1 + 2 * PAIRS);
  }

  @Test
  void parts_startAfterThoseThatTheyNeed() throws Exception {
    try (Stack stack = Stack.start(config(), progress::add)) {
      assertThat(stack.sidecars()).hasSize(PAIRS);
      assertThat(stack.standIns()).hasSize(PAIRS);
      assertThat(progress.stream().map(line -> line.substring(0, line.indexOf("  ")).strip()))
          .containsExactly("file server 1", "file server 2", "sidecar 1", "sidecar 2", "nginx");
    }
    assertNothingRuns(ports);
  }

  @Test
  void startThatFails_leavesNoPartRunning() throws Exception {
    int taken = ports.get(PAIRS); // of the last sidecar, so that other parts run by then
    try (var _ = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(StartFailure.PortTaken.class)
          .isThrownBy(() -> Stack.start(config(), progress::add))
          .satisfies(e -> assertThat(e.listener()).isEqualTo(Listener.SIDECAR));
      assertThat(progress).hasSize(PAIRS + 1);
      assertNothingRuns(ports.stream().filter(port -> port != taken).toList());
    }

    Stack.start(config(), progress::add).close(); // nothing is locked
  }

  /** An end that comes from elsewhere, such as a signal, may come while it starts. */
  @Test
  void stackThatIsClosedWhileItStarts_leavesNoPartRunning() throws Exception {
    Stack.start(config(), progress::add, Stack::close);

    assertNothingRuns(ports);
  }

  @Test
  void secondStackOfADirectory_isRefused_andTheFirstGoesOn() throws Exception {
    try (Stack first = Stack.start(config(), progress::add)) {
      ports();

      assertThatExceptionOfType(StartFailure.DirectoryUnusable.class)
          .isThrownBy(() -> Stack.start(config(), progress::add))
          .withMessageContaining("is in use by another Holdfast");

      assertNothingRuns(ports);
      assertThat(first.standIns()).hasSize(PAIRS);
    }
  }

  private static void assertNothingRuns(List<Integer> ports) throws IOException {
    for (int port : ports) {
      Ports.requireFree("127.0.0.1", port);
    }
  }

  private StackConfig config() {
    List<FileServerConfig> standIns =
        ports.subList(1 + PAIRS, ports.size()).stream()
            .map(port -> FileServerConfig.real(dir.resolve("files")).withPort(port))
            .toList();
    return new StackConfig(
        new StackConfig.Front("127.0.0.1", ports.getFirst(), Optional.empty(), 1, 1_000_000),
        ports.subList(1, 1 + PAIRS),
        standIns,
        List.of(),
        OriginConfig::of,
        dir.resolve("data"),
        StackConfig.Scoreboard.NONE,
        SidecarSettings.DEFAULT.withFiles(FilesConfig.DEFAULT.withStopSettleMs(0)));
  }
}
