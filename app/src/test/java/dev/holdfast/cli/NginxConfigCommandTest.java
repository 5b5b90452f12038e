package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.nginx.NginxFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class NginxConfigCommandTest {
  @TempDir Path dir;

  private final StringWriter output = new StringWriter();
  private final StringWriter errors = new StringWriter();

  /** {@code holdfast nginx-config > nginx.conf} is enough: nothing else has to be beside it. */
  @Tag("nginx")
  @Test
  void printed_isTakenByNginxAlone_andTheSameEachTime() throws Exception {
    assertThat(execute()).isZero();
    String first = output.toString();
    output.getBuffer().setLength(0);
    assertThat(execute()).isZero();
    assertThat(output.toString()).isEqualTo(first);
    assertTaken(Files.writeString(Files.createDirectory(dir.resolve("one")).resolve("c"), first));
  }

  @Tag("nginx")
  @Test
  void out_writesWhatNginxTakes_andPrintsNothing() throws Exception {
    Path out = dir.resolve("to/be/made");
    assertThat(execute("--out", out.toString())).isZero();
    assertThat(output.toString()).isEmpty();
    assertThat(out.resolve("ring.conf")).hasContent("server 127.0.0.1:1 max_fails=0;");
    assertThat(out.resolve("services/fibonacci/locations.conf")).exists();
    assertTaken(out.resolve("nginx.conf"));
  }

  @Test
  void out_thatIsNoDirectory_namesTheOption() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    assertThat(execute("--out", file.toString())).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("holdfast nginx-config: --out: cannot write there: ")
        .contains(file.toString());
  }

  private void assertTaken(Path config) throws Exception {
    var words = List.of("-t", "-q", "-e", "stderr", "-p", dir + "/", "-c", config.toString());
    var command = new ArrayList<>(List.of(NginxFixture.program().toString()));
    command.addAll(words);
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private int execute(String... more) {
    var args =
        new ArrayList<>(
            List.of("nginx-config", "--ring", "127.0.0.1:1", "--staging-dir", dir.toString()));
    args.addAll(List.of(more));
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(output)).setErr(new PrintWriter(errors));
    return main.execute(args.toArray(String[]::new));
  }
}
