package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages of the subcommand when it cannot start. */
final class FileServerCommandTest {
  @TempDir Path dir;
  private final StringWriter errors = new StringWriter();

  @Test
  void badValue_namesTheOption() {
    assertThat(run("--in-flight-max", "0")).isEqualTo(2);
    assertThat(errors.toString().strip())
        .isEqualTo("holdfast fileserver: --in-flight-max must be 1 to 1000, not 0");
  }

  @Test
  void badRate_namesTheOption() {
    assertThat(run("--no-fault-deadlock", "--send-error-permille", "1001")).isEqualTo(2);
    assertThat(errors.toString().strip())
        .isEqualTo("holdfast fileserver: --send-error-permille must be 0 to 1000, not 1001");
  }

  @Test
  void takenPort_namesTheOption() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThat(run("--host", "127.0.0.1", "--port", Integer.toString(port))).isEqualTo(2);
      assertThat(errors.toString().lines()).hasSize(1);
      assertThat(errors.toString())
          .startsWith("holdfast fileserver: --host, --port: ")
          .contains(":" + port);
    }
  }

  @Test
  void dataDirThatIsAFile_namesTheOption() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));

    assertThat(run("--port", "0", "--data-dir", file.toString())).isEqualTo(2);
    assertThat(errors.toString().lines()).hasSize(1);
    assertThat(errors.toString())
        .startsWith("holdfast fileserver: --data-dir: ")
        .contains(file.toString());
  }

  private int run(String... options) {
    var args = new ArrayList<>(List.of("fileserver", "--data-dir", dir.resolve("new").toString()));
    if (List.of(options).contains("--data-dir")) {
      args.subList(1, 3).clear();
    }
    args.addAll(List.of(options));
    return Main.commandLine()
        .setErr(new PrintWriter(errors, true))
        .execute(args.toArray(String[]::new));
  }
}
