package dev.holdfast.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessLogTest {
  private static final long BYTES_MAX = 300;

  @TempDir Path dir;
  private Path current;
  private Path before;
  private int reopened;

  @BeforeEach
  void name() {
    current = dir.resolve("access.log");
    before = dir.resolve("access.log.1");
  }

  @Test
  void aThirdOfTheBoundIsSetAside_inPlaceOfTheOneBefore() throws IOException {
    var log = new AccessLog(current, BYTES_MAX);
    write(before, 'o', 90);
    write(current, 'a', 99);
    log.keepWithinBound(this::reopen);
    assertThat(reopened).isZero();
    assertThat(log.growthMax()).isEqualTo(BYTES_MAX - 189);

    write(current, 'a', 100);
    log.keepWithinBound(this::reopen);

    assertThat(reopened).isEqualTo(1);
    assertThat(before).hasContent("a".repeat(100));
    assertThat(log.growthMax()).isEqualTo(BYTES_MAX - 100);
  }

  @Test
  void noLogYet() throws IOException {
    var log = new AccessLog(current, BYTES_MAX);

    log.keepWithinBound(this::reopen);

    assertThat(log.growthMax()).isEqualTo(BYTES_MAX);
    assertThat(dir).isEmptyDirectory();
  }

  /** The log would not fit beside the next one. */
  @Test
  void aLogThatNobodyBounded_isRemoved() throws IOException {
    write(current, 'a', 1_000);
    var log = new AccessLog(current, BYTES_MAX);
    assertThat(log.growthMax()).isZero();

    log.keepWithinBound(this::reopen);

    assertThat(dir).isEmptyDirectory();
    assertThat(log.growthMax()).isEqualTo(BYTES_MAX);
  }

  /** The bound was larger at the last start. */
  @Test
  void aLogBeforeThatNoLongerFits_isRemoved() throws IOException {
    write(before, 'o', 201);
    write(current, 'a', 50);

    new AccessLog(current, BYTES_MAX).keepWithinBound(this::reopen);

    assertThat(before).doesNotExist();
    assertThat(current).hasSize(50);
  }

  @Test
  void reopeningThatFails_isTriedAgain() throws IOException {
    var log = new AccessLog(current, BYTES_MAX);
    write(current, 'a', 100);
    assertThatThrownBy(
            () ->
                log.keepWithinBound(
                    () -> {
                      throw new IOException("cannot");
                    }))
        .hasMessage("cannot");

    log.keepWithinBound(this::reopen);

    assertThat(reopened).as("nginx still writes to the file that was renamed").isEqualTo(1);
    log.keepWithinBound(this::reopen);
    assertThat(reopened).isEqualTo(1);
  }

  private void reopen() {
    reopened++;
  }

  private static void write(Path file, char c, int bytes) throws IOException {
    Files.writeString(file, Character.toString(c).repeat(bytes));
  }
}
