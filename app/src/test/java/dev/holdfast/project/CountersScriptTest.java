package dev.holdfast.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code make counters}, without make: the script and real actors. */
final class CountersScriptTest {
  @TempDir private Path dir;

  @Test
  void actors_countAndRead_untilTheScriptIsStopped() throws Exception {
    int port = FreePorts.one();
    Path output = dir.resolve("output");
    Process script =
        new ProcessBuilder(command("--actors", "3", "--port", "" + port))
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      Await.until(
          "all are ready",
          () -> Files.readString(output).contains("Ctrl-C stops all") || !script.isAlive());
      assertThat(output)
          .content()
          .contains("curl -d 5 http://127.0.0.1:" + port + "/counter/visits")
          .contains("curl http://127.0.0.3:" + port + "/counter/visits/consistent_value")
          .contains("--data-dir " + dir.toRealPath().resolve("holdfast-data/counters"));
      try (HttpClient client = HttpClient.newHttpClient()) {
        var post =
            HttpRequest.newBuilder(uri(1, port, "/counter/visits"))
                .POST(BodyPublishers.ofString("5"))
                .build();
        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        var get = HttpRequest.newBuilder(uri(3, port, "/counter/visits/consistent_value")).build();
        assertThat(client.send(get, BodyHandlers.ofString()).body()).isEqualTo("5");
      }
      script.destroy();
      assertThat(script.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(script.exitValue()).isZero();
      for (int i = 1; i <= 3; i++) {
        new ServerSocket(port, 1, InetAddress.getByName("127.0.0." + i)).close();
      }
    } finally {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      script.destroyForcibly();
    }
  }

  @Test
  void takenPort_isSaid() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      Program.Result result = run("--actors", "2", "--port", "" + taken.getLocalPort());
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.output())
          .isEqualTo(
              "counters: 127.0.0.2:%d is taken: stop what listens there, or take another port with"
                      .formatted(taken.getLocalPort())
                  + " --port\n");
    }
  }

  @Test
  void actorThatDoesNotStart_isSaid_andTheOthersAreStopped() throws Exception {
    Files.createFile(Files.createDirectories(dir.resolve("data")).resolve("2"));
    Program.Result result =
        run("--actors", "2", "--port", "" + FreePorts.one(), "--data-dir", "data");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output()).contains("counters: actor 2 has ended: ").contains("--data-dir: ");
  }

  @Test
  void badOption_isRefused() throws Exception {
    for (String[] options : List.of(new String[] {"--actors", "no"}, new String[] {"--what"})) {
      assertThat(run(options).code()).isEqualTo(64);
    }
  }

  @Test
  void help_isNoFailure() throws Exception {
    Program.Result result = run("--help");
    assertThat(result.code()).isZero();
    assertThat(result.output()).startsWith("usage: counters ");
  }

  private static URI uri(int actor, int port, String path) {
    return URI.create("http://127.0.0." + actor + ":" + port + path);
  }

  private Program.Result run(String... options) throws IOException, InterruptedException {
    return Program.run(dir, Map.of(), command(options));
  }

  /** Returns the command of a copy of the script, beside which holdfast is that of the tests. */
  private List<String> command(String... options) throws IOException {
    Path bin = Files.createDirectories(dir.resolve("app/bin"));
    Path script = bin.resolve("counters");
    Files.copy(Path.of("bin", "counters"), script, StandardCopyOption.REPLACE_EXISTING);
    Path holdfast = bin.resolve("holdfast");
    Files.writeString(
        holdfast,
        """
        #!/bin/sh
        exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m \
        --enable-native-access=ALL-UNNAMED -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Main.class.getName()));
    assertThat(holdfast.toFile().setExecutable(true)).isTrue();
    return Stream.concat(Stream.of("bash", script.toString()), Stream.of(options)).toList();
  }
}
