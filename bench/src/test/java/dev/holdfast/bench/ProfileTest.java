package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ProfileTest {
  @TempDir private Path directory;

  @Test
  void moreSecondsThanThereAreFirstNames_areRefusedBeforeAnythingStarts() {
    Path out = directory.resolve("out");
    var error = new StringWriter();

    int code =
        new CommandLine(new Profile())
            .setErr(new PrintWriter(error))
            .execute(
                "--paths=FIRST",
                "--rounds=30",
                "--seconds=5",
                "--project=" + directory,
                "--out=" + out);

    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(error.toString())
        .contains("FIRST can be loaded for 100 s, warm-up included, and these options ask for 160");
    assertThat(out).doesNotExist();
  }
}
