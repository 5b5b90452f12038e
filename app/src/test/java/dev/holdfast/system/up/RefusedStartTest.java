package dev.holdfast.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Launcher;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that is refused, in a process of its own: its message, its exit code, its remains. */
@Timeout(1_800)
final class RefusedStartTest {
  private static final int EXIT_TIMEOUT_S = Patience.STEP_S;

  @TempDir Path dir;

  private record Ended(int code, List<String> out, List<String> err) {}

  @Test
  void up_takenPort() throws Exception {
    try (var taken = takenPort()) {
      int free = freePorts(2);

      Ended up = up("--port", port(taken), free, free + 1);

      assertRefused(up, "holdfast up: --host, --port: ", taken);
      assertThat(up.out()).hasSize(2).noneMatch(line -> line.contains("Holdfast is up"));
      assertNothingListens(free, free + 1);
    }
  }

  @Test
  void up_takenSidecarPort() throws Exception {
    try (var taken = takenPort()) {
      int free = freePorts(2);

      Ended up = up("--port", free + "", taken.getLocalPort(), free + 1);

      assertRefused(up, "holdfast up: --sidecar-port: ", taken);
      assertNothingListens(free, free + 1);
    }
  }

  @Test
  void up_takenFileServerPort() throws Exception {
    try (var taken = takenPort()) {
      int free = freePorts(2);

      Ended up = up("--port", free + "", free + 1, taken.getLocalPort());

      assertRefused(up, "holdfast up: --file-server-port: ", taken);
      assertNothingListens(free, free + 1);
    }
  }

  @Test
  void up_takenScoreboardPort() throws Exception {
    try (var taken = takenPort()) {
      int free = freePorts(3);

      Ended up = up("--port", free + "", free + 1, free + 2, taken.getLocalPort());

      assertRefused(up, "holdfast up: --scoreboard-port: ", taken);
      assertNothingListens(free, free + 1, free + 2);
    }
  }

  @Test
  void sidecar_takenPort() throws Exception {
    try (var taken = takenPort()) {
      Ended sidecar = run("sidecar", "--staging-dir", dir.toString(), "--port", port(taken));

      assertRefused(sidecar, "holdfast sidecar: --host, --port: ", taken);
      assertThat(dir).isEmptyDirectory();
    }
  }

  @Test
  void fileserver_takenPort() throws Exception {
    try (var taken = takenPort()) {
      Ended fileServer =
          run("fileserver", "--host", "127.0.0.1", "--data-dir", dir + "", "--port", port(taken));

      assertRefused(fileServer, "holdfast fileserver: --host, --port: ", taken);
    }
  }

  @Test
  void sidecar_stagingDirInUse() throws Exception {
    String[] options = {"sidecar", "--staging-dir", dir.toString(), "--port", "0"};
    Process first = start(options);
    try {
      assertThat(
              first
                  .inputReader()
                  .lines()
                  .anyMatch(line -> line.contains("sidecar 127.0.0.1:8181 is up on port ")))
          .isTrue();

      Ended second = run(options);

      assertThat(second.code()).isEqualTo(2);
      assertThat(second.err())
          .singleElement()
          .asString()
          .startsWith("holdfast sidecar: --staging-dir: ")
          .contains(dir.toString())
          .contains("in use by another sidecar");
      assertThat(first.isAlive()).isTrue();
    } finally {
      first.destroy();
      assertThat(first.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A newer version may have left writes in places where this one would not look. */
  @ParameterizedTest
  @ValueSource(strings = {"sidecar-1", "sidecar-2"})
  void sidecar_stagingDirOfANewerVersion(String newer) throws Exception {
    Map<String, String> before = newerStaging(dir, newer);

    Ended sidecar = run("sidecar", "--staging-dir", dir.toString(), "--port", "0");

    assertRefusesNewer(sidecar, "holdfast sidecar: --staging-dir: ", dir.resolve(newer));
    assertThat(tree(dir)).isEqualTo(before);
  }

  @Test
  void up_dataDirOfANewerVersion() throws Exception {
    Path staging = Files.createDirectories(dir.resolve("data").resolve("staging"));
    newerStaging(staging, "sidecar-7");
    Map<String, String> before = tree(dir);
    int free = freePorts(3);

    Ended up = up("--port", free + "", free + 1, free + 2);

    assertRefusesNewer(up, "holdfast up: --data-dir: ", staging.resolve("sidecar-7"));
    assertThat(tree(dir)).isEqualTo(before);
    assertNothingListens(free, free + 1, free + 2);
  }

  @Test
  void up_nginxThatIsNone() throws Exception {
    Path program =
        Files.writeString(dir.resolve("nginx"), "#!/bin/sh\necho 'not me' >&2\nexit 3\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    int free = freePorts(3);

    Ended up =
        run(
            "up",
            "--data-dir",
            dir.resolve("data").toString(),
            "--pairs=1",
            "--nginx",
            program.toString(),
            "--port=" + free,
            "--sidecar-port=" + (free + 1),
            "--file-server-port=" + (free + 2),
            "--scoreboard-port=0");

    assertThat(up.code()).isEqualTo(2);
    assertThat(up.err())
        .containsExactly("holdfast up: --nginx: nginx does not take its configuration: not me");
    assertNothingListens(free, free + 1, free + 2);
  }

  /** Runs {@code up} with one pair. */
  private Ended up(String portOption, String port, int sidecarPort, int fileServerPort)
      throws Exception {
    return up(portOption, port, sidecarPort, fileServerPort, 0);
  }

  private Ended up(
      String portOption, String port, int sidecarPort, int fileServerPort, int scoreboardPort)
      throws Exception {
    return run(
        "up",
        "--pairs=1",
        "--data-dir=" + dir.resolve("data"),
        portOption,
        port,
        "--sidecar-port=" + sidecarPort,
        "--file-server-port=" + fileServerPort,
        "--scoreboard-port=" + scoreboardPort);
  }

  private static void assertRefused(Ended ended, String start, ServerSocket taken) {
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .singleElement()
        .asString()
        .startsWith(start + "cannot listen on ")
        .contains(":" + taken.getLocalPort() + ": ");
  }

  private static void assertRefusesNewer(Ended ended, String start, Path directory) {
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .singleElement()
        .asString()
        .startsWith(start + directory)
        .contains("newer version", "999");
  }

  /**
   * Makes a staging directory with a pending put of each of two sidecars, one of a newer version.
   */
  private static Map<String, String> newerStaging(Path staging, String newer) throws IOException {
    for (String sidecar : List.of("sidecar-1", newer)) {
      Path pending = Files.createDirectories(staging.resolve(sidecar).resolve("pending/put"));
      Files.writeString(pending.resolve("name"), "pending");
    }
    Files.writeString(staging.resolve(newer).resolve("format"), "999\n");
    return tree(staging);
  }

  /** Returns the content of a directory: paths, with times and contents. */
  private static Map<String, String> tree(Path directory) throws IOException {
    var tree = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        String content = Files.isDirectory(path) ? "" : Files.readString(path);
        tree.put(path.toString(), Files.getLastModifiedTime(path) + " " + content);
      }
    }
    return tree;
  }

  private static void assertNothingListens(int... ports) {
    for (int port : ports) {
      assertThat(listens(port)).as("something listens on port " + port).isFalse();
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Ended run(String... args) throws Exception {
    Process process = start(args);
    try {
      assertThat(process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Ended(
          process.exitValue(),
          process.inputReader().lines().toList(),
          process.errorReader().lines().toList());
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(String... args) throws IOException {
    return Launcher.of(args).start();
  }

  private static ServerSocket takenPort() throws IOException {
    return new ServerSocket(FreePorts.one(), 1, InetAddress.getLoopbackAddress());
  }

  private static String port(ServerSocket socket) {
    return Integer.toString(socket.getLocalPort());
  }

  /** Returns the first of so many free ports in a row. */
  private static int freePorts(int count) throws IOException {
    return FreePorts.inARow(count);
  }
}
