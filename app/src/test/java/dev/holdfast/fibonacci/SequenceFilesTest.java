package dev.holdfast.fibonacci;

import static dev.holdfast.fibonacci.Calls.advance;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.DamagedLogException;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The position on a real disk: where a start finds it, and which files it refuses. */
class SequenceFilesTest {
  private static final FibonacciConfig REFUSING = FibonacciConfig.DEFAULT;
  private static final FibonacciConfig LENIENT = new FibonacciConfig(100_000, true);

  @TempDir Path directory;
  private Path own;
  private Path other;

  @BeforeEach
  void nameDirectories() {
    own = directory.resolve("own");
    other = directory.resolve("other");
  }

  @Test
  void position_isFoundAgain_howeverOftenItWasOpened() throws IOException {
    for (int life = 0; life < 10; life++) {
      assertThat(found(own)).isEqualTo(3L * life);
      advanceIn(own, 3);
      assertThat(files(own)).hasSize(1);
    }
  }

  /** The last line of a file is a position that can be read. */
  @Test
  void file_showsPositionsAsText() throws IOException {
    advanceIn(own, 42);
    assertThat(Files.readString(files(own).getFirst(), ISO_8859_1))
        .startsWith("holdfast-log 1\n")
        .endsWith("42\n");
  }

  @Test
  void others_areLookedAt_andTheHighestIsKept() throws IOException {
    Path third = directory.resolve("third");
    advanceIn(own, 5);
    advanceIn(other, 12);
    advanceIn(third, 9);
    assertThat(found(own, other, third)).isEqualTo(12);
    assertThat(found(own)).isEqualTo(12);
    assertThat(found(third)).isEqualTo(9);
  }

  @Test
  void filesOfAnEarlierVersion_areTakenUp_andTheirLatestCounts() throws IOException {
    writeOlder(own.resolve("position-9"), 1, 2, 7); // a force had failed: nobody got a number
    writeOlder(own.resolve("position-10"), 2, 3);
    writeOlder(other.resolve("position-1"), 4);
    assertThat(found(own)).isEqualTo(3);
    assertThat(files(own)).containsExactly(own.resolve("position-11"));
    assertThat(found(own, other)).isEqualTo(4);
    assertThat(files(other)).containsExactly(other.resolve("position-1"));
    advanceIn(own, 1);
    assertThat(found(own)).isEqualTo(5);
  }

  @Test
  void damage_isRefused_hereAndWithOthers() throws IOException {
    advanceIn(own, 5);
    advanceIn(other, 12);
    damage(files(other).getFirst());
    assertThatThrownBy(() -> found(own, other))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageStartingWith(other.toString());
    damage(files(own).getFirst());
    assertThatThrownBy(() -> found(own))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageStartingWith(own.toString());
  }

  @Test
  void damage_setAside_goesOnWithTheLastPositionThatIsIntact() throws IOException {
    advanceIn(own, 5);
    Path file = files(own).getFirst();
    damage(file);
    byte[] damaged = Files.readAllBytes(file);
    try (Sequence sequence = open(LENIENT, own)) {
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(4);
    }
    assertThat(own.resolve("set-aside-" + file.getFileName())).hasBinaryContent(damaged);
    assertThat(found(own)).isEqualTo(4);
  }

  @Test
  void damageWithOthers_setAside_isPassedOver_andTheirFileStays() throws IOException {
    advanceIn(other, 12);
    damage(files(other).getFirst());
    try (Sequence sequence = open(LENIENT, own, other)) {
      assertThat(sequence.state().orElseThrow().position()).isEqualTo(11);
    }
    assertThat(files(other)).hasSize(1);
  }

  @Test
  void positionsThatGoBack_areRefused() throws IOException {
    writeOlder(own.resolve("position-9"), 9, 8);
    assertThatThrownBy(() -> found(own)).isInstanceOf(DamagedLogException.class);
  }

  /** Damages the last record. */
  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 2] ^= 1;
    Files.write(file, bytes);
  }

  private void writeOlder(Path file, long... positions) throws IOException {
    var lines = new ByteArrayOutputStream();
    for (long position : positions) {
      lines.writeBytes(OlderPositions.line(position));
    }
    Files.createDirectories(file.getParent());
    Files.write(file, lines.toByteArray());
  }

  private void advanceIn(Path dir, int times) throws IOException {
    try (Sequence sequence = open(REFUSING, dir)) {
      advance(sequence, times);
    }
  }

  private long found(Path dir, Path... others) throws IOException {
    try (Sequence sequence = open(REFUSING, dir, others)) {
      return sequence.state().orElseThrow().position();
    }
  }

  private static Sequence open(FibonacciConfig config, Path dir, Path... others)
      throws IOException {
    return Sequence.open(
        new LocalDisk(),
        dir,
        List.of(others),
        config,
        new FibonacciMeters(new Meters(new SimpleMeterRegistry())),
        Publication.NONE);
  }

  private static List<Path> files(Path dir) throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.filter(file -> file.getFileName().toString().startsWith("position-")).toList();
    }
  }
}
