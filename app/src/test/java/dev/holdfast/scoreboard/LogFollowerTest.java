package dev.holdfast.scoreboard;

import static dev.holdfast.scoreboard.AccessLog.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that somebody else writes, rotates and truncates. */
final class LogFollowerTest {
  @TempDir Path dir;
  private Path log;
  private final List<String> names = new ArrayList<>();
  private int garbage;

  @BeforeEach
  void name() {
    log = dir.resolve("access.log");
  }

  @Test
  void fromEnd_readsWhatComes() throws IOException {
    append(log, ok(0, "before"));
    try (var follower = follow()) {
      follower.poll();
      append(log, ok(1, "a"), ok(1, "b"));
      follower.poll();
      append(log, ok(2, "c"));
      follower.poll();
      follower.poll();
    }
    assertThat(names).containsExactly("a", "b", "c");
    assertThat(garbage).isZero();
  }

  @Test
  void logThatIsNotThereYet_isReadFromItsBeginning() throws IOException {
    try (var follower = follow()) {
      follower.poll();
      append(log, ok(0, "a"));
      follower.poll();
    }
    assertThat(names).containsExactly("a");
  }

  @Test
  void emptyLog_isReadFromItsBeginning() throws IOException {
    Files.createFile(log);
    try (var follower = follow()) {
      append(log, ok(0, "a"));
      follower.poll();
    }
    assertThat(names).containsExactly("a");
    assertThat(garbage).isZero();
  }

  @Test
  void halfWrittenLine_isReadWhenItIsWhole() throws IOException {
    Files.createFile(log);
    String line = ok(0, "a") + "\n";
    try (var follower = follow()) {
      write(log, line.substring(0, 40));
      follower.poll();
      assertThat(names).isEmpty();
      write(log, line.substring(40, 90));
      follower.poll();
      write(log, line.substring(90));
      follower.poll();
    }
    assertThat(names).containsExactly("a");
    assertThat(garbage).isZero();
  }

  @Test
  void fromTheMiddleOfALine_thatLineIsNotRead() throws IOException {
    String line = ok(0, "old") + "\n";
    write(log, line.substring(0, 40));
    try (var follower = follow()) {
      write(log, line.substring(40));
      append(log, ok(0, "a"));
      follower.poll();
    }
    assertThat(names).containsExactly("a");
    assertThat(garbage).isZero();
  }

  @Test
  void garbage_isCountedAndPassedOver() throws IOException {
    Files.createFile(log);
    try (var follower = follow()) {
      append(log, "garbage", ok(0, "a"), "{\"time\":", ok(0, "b"));
      follower.poll();
    }
    assertThat(names).containsExactly("a", "b");
    assertThat(garbage).isEqualTo(2);
  }

  @Test
  void rotated_theNewFileIsReadFromItsBeginning() throws IOException {
    append(log, ok(0, "before"));
    try (var follower = follow()) {
      append(log, ok(1, "a"));
      Path old = Files.move(log, dir.resolve("access.log.1"));
      append(old, ok(1, "b"));
      follower.poll();
      append(old, ok(1, "c")); // no new file yet: nginx has not been told
      follower.poll();
      append(log, ok(2, "d"));
      follower.poll();
    }
    assertThat(names).containsExactly("a", "b", "c", "d");
    assertThat(garbage).isZero();
  }

  /** The workers of nginx change over one by one, and the last ones still write to the old file. */
  @Test
  void rotated_theOldFileIsReadOn() throws IOException {
    Files.createFile(log);
    try (var follower = follow()) {
      append(log, ok(1, "a"));
      Path old = Files.move(log, dir.resolve("access.log.1"));
      append(log, ok(2, "b"));
      follower.poll();
      append(old, ok(2, "late"));
      append(log, ok(3, "c"));
      follower.poll();
      for (int i = 0; i < LogFollower.OLD_POLLS; i++) {
        follower.poll();
      }
      append(old, ok(3, "too late"));
      append(log, ok(4, "d"));
      follower.poll();
    }
    assertThat(names).containsExactlyInAnyOrder("a", "b", "late", "c", "d");
    assertThat(garbage).isZero();
  }

  @Test
  void rotatedTwice_nothingIsLost() throws IOException {
    Files.createFile(log);
    try (var follower = follow()) {
      for (int i = 0; i < 5; i++) {
        append(log, ok(i, "a" + i));
        follower.poll();
        Files.move(log, dir.resolve("access.log." + i));
        append(log, ok(i, "b" + i));
        follower.poll();
      }
    }
    assertThat(names).containsExactly("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4");
  }

  @Test
  void halfWrittenLineOfARotatedLog_isGarbageInTheEnd() throws IOException {
    Files.createFile(log);
    try (var follower = follow()) {
      write(log, ok(0, "a").substring(0, 40));
      follower.poll();
      Files.move(log, dir.resolve("access.log.1"));
      append(log, ok(1, "b"));
      for (int i = 0; i <= LogFollower.OLD_POLLS; i++) {
        follower.poll();
      }
    }
    assertThat(names).containsExactly("b");
    assertThat(garbage).isEqualTo(1);
  }

  @Test
  void truncated_isReadFromItsBeginning() throws IOException {
    append(log, ok(0, "before"), ok(0, "before"));
    try (var follower = follow()) {
      append(log, ok(1, "a"));
      follower.poll();
      Files.write(log, new byte[0]);
      append(log, ok(2, "b"));
      follower.poll();
      append(log, ok(2, "c"));
      follower.poll();
    }
    assertThat(names).containsExactly("a", "b", "c");
    assertThat(garbage).isZero();
  }

  @Test
  void removed_isReadAgainWhenItIsThereAgain() throws IOException {
    Files.createFile(log);
    try (var follower = follow()) {
      append(log, ok(1, "a"));
      follower.poll();
      Files.delete(log);
      follower.poll();
      append(log, ok(2, "b"));
      follower.poll();
    }
    assertThat(names).containsExactly("a", "b");
  }

  private LogFollower follow() throws IOException {
    return LogFollower.fromEnd(
        log,
        new LogReader(AccessLog.AFTERWARDS, entry -> names.add(entry.name()), () -> garbage++));
  }

  private static void append(Path file, String... lines) throws IOException {
    write(file, String.join("\n", lines) + "\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.write(
        file,
        text.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
