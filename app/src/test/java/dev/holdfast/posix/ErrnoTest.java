package dev.holdfast.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures with the operating system's own texts. */
class ErrnoTest {
  /** A device whose every write finds no space (full(4)). */
  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path directory;

  @Test
  void isIn_theFailureOfAFullDisk() {
    assumeTrue(Files.exists(FULL), "there is no /dev/full");
    Throwable failure = catchThrowable(ErrnoTest::writeToAFullDisk);
    assertThat(Errno.ENOSPC.isIn(failure)).isTrue();
    assertThat(Errno.ENOSPC.isIn(new UncheckedIOException(new IOException("why", failure))))
        .isTrue();
    assertThat(Errno.EMFILE.isIn(failure)).isFalse();
    assertThat(Errno.EDQUOT.isIn(failure)).isFalse();
  }

  @Test
  void isIn_nothingElse() {
    for (Errno error : Errno.values()) {
      assertThat(error.isIn(new IOException("Permission denied"))).isFalse();
      assertThat(error.isIn(new IOException())).isFalse();
    }
  }

  /** A full disk is found in a German system, too. */
  @Test
  void isIn_theFailureOfAProcessInAnotherLanguage() throws Exception {
    Path locales = Files.createDirectory(directory.resolve("locales"));
    assumeTrue(
        Files.exists(Path.of("/usr/share/locale/de/LC_MESSAGES/libc.mo"))
            && hasMade(locales.resolve("de_DE.UTF-8")),
        "this machine has no German words");
    var java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Asked.class.getName());
    java.environment().put("LOCPATH", locales.toString());
    java.environment().put("LC_ALL", "de_DE.UTF-8");
    assertThat(output(java).strip()).isEqualTo("german true");
  }

  private static boolean hasMade(Path locale) throws Exception {
    try {
      output(new ProcessBuilder("localedef", "-i", "de_DE", "-f", "UTF-8", locale.toString()));
      return Files.exists(locale);
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  private static String output(ProcessBuilder program) throws Exception {
    Process process = program.redirectErrorStream(true).start();
    try (var out = process.inputReader()) {
      List<String> lines = out.lines().toList();
      process.waitFor();
      return String.join("\n", lines);
    }
  }

  private static void writeToAFullDisk() throws IOException {
    try (var full = FileChannel.open(FULL, StandardOpenOption.WRITE)) {
      full.write(ByteBuffer.allocate(1));
    }
  }

  /** The question, in a process of its own. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] args) {
      try {
        writeToAFullDisk();
      } catch (IOException e) {
        String language = e.getMessage().contains("Speicherplatz") ? "german" : e.getMessage();
        System.out.println(language + " " + Errno.ENOSPC.isIn(e));
      }
    }
  }
}
