package dev.holdfast.watcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.SecretText.MissingSecretException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentSecretsTest {
  private static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path directory;
  private Instant now = WRITTEN.plusSeconds(60);

  private final EnvironmentSecrets secrets =
      new EnvironmentSecrets(Map.of("TOKEN", "t0k", "EMPTY", "")::get, () -> now);

  private String resolved(String text) throws MissingSecretException {
    return new SecretText(text).resolved(secrets);
  }

  private Path file(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), content);
    return Files.setLastModifiedTime(file, FileTime.from(WRITTEN));
  }

  @Test
  void values_areThoseOfVariablesAndFiles() throws Exception {
    Path file = file("p4ss\n");
    assertThat(resolved("Bearer ${env:TOKEN}, ${file:" + file + "}")).isEqualTo("Bearer t0k, p4ss");
    assertThat(resolved("${file:" + file("ab\r\n\r\n") + "}")).isEqualTo("ab\r\n");
  }

  @Test
  void missingOne_isNamed_andNoOtherIsShown() throws Exception {
    Path empty = file("\n");
    Path large = Files.writeString(directory.resolve("large"), "x".repeat(65_537));
    for (String reference :
        new String[] {
          "env:OTHER",
          "env:EMPTY",
          "file:/no/such",
          "file:" + empty,
          "file:" + large,
          "file:" + directory,
          "file:/dev/zero"
        }) {
      assertThatThrownBy(() -> resolved("${env:TOKEN} ${" + reference + "}"))
          .isInstanceOf(MissingSecretException.class)
          .hasMessageContaining(reference.substring(reference.indexOf(':') + 1))
          .hasMessageNotContaining("t0k");
    }
  }

  @Test
  void fileThatHasChanged_isReadAgain() throws Exception {
    Path file = file("one");
    String text = "${file:" + file + "}";
    assertThat(resolved(text)).isEqualTo("one");
    Files.writeString(file, "two");
    assertThat(resolved(text)).isEqualTo("two");
    Path other = Files.writeString(directory.resolve("other"), "six");
    Files.setLastModifiedTime(other, FileTime.from(WRITTEN));
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(resolved(text)).isEqualTo("six");
    Files.delete(file);
    assertThatThrownBy(() -> resolved(text)).isInstanceOf(MissingSecretException.class);
  }

  /** The clock of a file system has ticks: two changes may have one date. */
  @Test
  void fileThatChangedJustNow_isReadEachTime() throws Exception {
    now = WRITTEN;
    Path file = file("one");
    String text = "${file:" + file + "}";
    assertThat(resolved(text)).isEqualTo("one");
    file("two");
    assertThat(resolved(text)).isEqualTo("two");
  }

  @Test
  void fileThatHasNotChanged_isNotReadAgain() throws Exception {
    Path file = file("one");
    String text = "${file:" + file + "}";
    assertThat(resolved(text)).isEqualTo("one");
    file("two"); // of the same length and date: only a reader would notice
    assertThat(resolved(text)).isEqualTo("one");
  }
}
