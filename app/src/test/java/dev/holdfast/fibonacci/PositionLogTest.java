package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The position on a real disk: what is found again, and what is refused. */
class PositionLogTest {
  @TempDir Path directory;
  private final Disk disk = new LocalDisk();
  private Path own;

  @BeforeEach
  void nameOwn() {
    own = directory.resolve("own");
  }

  @Test
  void open_nothingThere_isAtTheStart() throws IOException {
    assertThat(found()).isZero();
    assertThat(found()).isZero();
  }

  @Test
  void write_isFoundAgain_howeverOftenItWasOpened() throws IOException {
    for (long position = 1; position < 20; position++) {
      write(position);
      assertThat(found()).isEqualTo(position);
    }
  }

  @Test
  void files_stayBounded() throws IOException {
    var simulated = new SimulatedDisk();
    try (PositionLog log = PositionLog.open(simulated, own, List.of())) {
      for (int i = 1; i <= 3 * PositionLog.RECORDS_MAX; i++) {
        log.write(i);
      }
    }
    List<String> names = simulated.names(own);
    assertThat(names).hasSize(1);
    assertThat(simulated.bytes(own.resolve(names.getFirst())))
        .hasSizeLessThanOrEqualTo(PositionLog.RECORDS_MAX * PositionRecord.BYTES);
    try (PositionLog log = PositionLog.open(simulated, own, List.of())) {
      assertThat(log.foundPosition()).isEqualTo(3L * PositionLog.RECORDS_MAX);
    }
  }

  @Test
  void lastRecord_torn_isPassedOver_atEveryByte() throws IOException {
    write(41, 42);
    byte[] whole = Files.readAllBytes(only());
    int before = whole.length - PositionRecord.BYTES;
    for (int length = before; length < whole.length; length++) {
      rewrite(Arrays.copyOf(whole, length));
      assertThat(look()).as("%d bytes", length).isEqualTo(41);
      byte[] grown = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length + 100);
      rewrite(grown);
      assertThat(look()).as("%d bytes and zeros", length).isEqualTo(41);
    }
    rewrite(whole);
    assertThat(look()).isEqualTo(42);
  }

  /** Of two parts of a record either may reach the disk first. */
  @Test
  void lastRecord_withoutItsHead_isPassedOver_atEveryByte() throws IOException {
    write(41, 42);
    byte[] whole = Files.readAllBytes(only());
    int before = whole.length - PositionRecord.BYTES;
    for (int head = 1; head <= PositionRecord.BYTES; head++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, before, before + head, (byte) 0);
      rewrite(torn);
      assertThat(look()).as("the first %d bytes", head).isEqualTo(41);
    }
  }

  @Test
  void earlierRecord_withoutItsHead_isRefused() throws IOException {
    write(41, 42, 43);
    byte[] torn = Files.readAllBytes(only());
    int second = torn.length - 2 * PositionRecord.BYTES;
    Arrays.fill(torn, second, second + 8, (byte) 0);
    rewrite(torn);
    assertThatThrownBy(this::look).isInstanceOf(DamagedPositionException.class);
    rewrite(Arrays.copyOf(torn, torn.length - 1));
    assertThatThrownBy(this::look).isInstanceOf(DamagedPositionException.class);
  }

  @Test
  void record_neverStraddlesSectors() {
    assertThat(512 % PositionRecord.BYTES).isZero();
    assertThat(PositionRecord.of(42)).hasSize(PositionRecord.BYTES).endsWith('\n');
  }

  @Test
  void anyBit_flipped_neverGoesBackInSilence() throws IOException {
    write(7, 8, 9);
    byte[] whole = Files.readAllBytes(only());
    for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      rewrite(flipped);
      assertThatThrownBy(this::look)
          .as("bit %d", bit)
          .isInstanceOf(DamagedPositionException.class)
          .hasMessageContaining("is damaged: line " + (bit / Byte.SIZE / PositionRecord.BYTES + 1))
          .hasMessageContaining(only().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0000000007",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
      })
  void file_withoutAnyRecord_isRefused(String content) throws IOException {
    write(7);
    rewrite(content.getBytes(US_ASCII));
    assertThatThrownBy(this::look).isInstanceOf(DamagedPositionException.class);
  }

  @Test
  void records_thatGoBack_areRefused() throws IOException {
    write(7);
    Files.write(only(), PositionRecord.of(9));
    Files.write(only(), PositionRecord.of(8), java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(this::look)
        .isInstanceOf(DamagedPositionException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void file_longerThanAny_isRefused() throws IOException {
    write(7);
    var much = new byte[(PositionLog.RECORDS_MAX + 1) * PositionRecord.BYTES];
    for (int i = 0; i <= PositionLog.RECORDS_MAX; i++) {
      System.arraycopy(
          PositionRecord.of(7), 0, much, i * PositionRecord.BYTES, PositionRecord.BYTES);
    }
    rewrite(much);
    assertThatThrownBy(this::look).isInstanceOf(DamagedPositionException.class);
  }

  @Test
  void record_isText() throws IOException {
    write(42);
    assertThat(Files.readString(only())).matches("(?s)(?:[0-9]{10} [0-9a-f]{8} {12}\n)+");
    assertThat(Files.readAllLines(only()).getLast()).startsWith("0000000042 ");
  }

  @Test
  void others_areLookedAt_andTheHighestIsKept() throws IOException {
    Path other = directory.resolve("other");
    Path third = directory.resolve("third");
    write(5);
    writeIn(other, 12);
    writeIn(third, 9);
    try (PositionLog log = PositionLog.open(disk, own, List.of(other, third))) {
      assertThat(log.foundPosition()).isEqualTo(12);
    }
    assertThat(found()).isEqualTo(12);
    assertThat(PositionFiles.highest(disk, third)).hasValue(9);
  }

  @Test
  void others_damaged_areRefused() throws IOException {
    Path other = directory.resolve("other");
    writeIn(other, 12);
    Files.writeString(files(other).getFirst(), "no position\n........");
    assertThatThrownBy(() -> PositionLog.open(disk, own, List.of(other)))
        .isInstanceOf(DamagedPositionException.class)
        .hasMessageContaining(other.toString());
  }

  @Test
  void write_afterClose_isRefused() throws IOException {
    PositionLog log = PositionLog.open(disk, own, List.of());
    log.close();
    assertThatThrownBy(() -> log.write(1)).isInstanceOf(IOException.class);
    assertThat(found()).isZero();
  }

  private void write(long... positions) throws IOException {
    writeIn(own, positions);
  }

  private void writeIn(Path dir, long... positions) throws IOException {
    try (PositionLog log = PositionLog.open(disk, dir, List.of())) {
      for (long position : positions) {
        log.write(position);
      }
    }
  }

  private long found() throws IOException {
    try (PositionLog log = PositionLog.open(disk, own, List.of())) {
      return log.foundPosition();
    }
  }

  private long look() throws IOException {
    return PositionFiles.highest(disk, own).orElseThrow();
  }

  private Path only() throws IOException {
    List<Path> files = files(own);
    assertThat(files).hasSize(1);
    return files.getFirst();
  }

  private void rewrite(byte[] content) throws IOException {
    Files.write(only(), content);
  }

  private static List<Path> files(Path dir) throws IOException {
    try (var files = Files.list(dir)) {
      return files.toList();
    }
  }
}
