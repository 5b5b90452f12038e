package dev.holdfast.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The bytes of one file: a scan passes over the remains of a power failure, and over nothing else.
 */
class LogScanTest {
  private static final Path FILE = Path.of("/dir/log-1");
  private static final int SECTOR = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void everyRecord_isRead_andEmptyOnesAreRecords() {
    head("one", "");
    batch("two", "three");
    batch();
    batch("four");
    assertIntact(out.toByteArray(), "one", "", "two", "three", "four");
  }

  @Test
  void lastFrame_cutOff_isPassedOver_atEveryByte() {
    head("one");
    batch("two");
    int before = out.size();
    batch("three", "x".repeat(1_200));
    byte[] whole = out.toByteArray();
    for (int length = before; length < whole.length; length++) {
      assertIntact(Arrays.copyOf(whole, length), "one", "two");
      assertIntact(Arrays.copyOf(Arrays.copyOf(whole, length), whole.length + 999), "one", "two");
    }
    assertIntact(
        Arrays.copyOf(whole, whole.length + 4096), "one", "two", "three", "x".repeat(1_200));
  }

  /** A disk may write the end of a frame before its begin. */
  @Test
  void lastFrame_withoutItsFirstBytes_isPassedOver() {
    head("one");
    int before = out.size();
    batch("two", "x".repeat(100));
    byte[] whole = out.toByteArray();
    for (int missing = before + 1; missing <= whole.length; missing++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, before, missing, (byte) 0);
      assertIntact(torn, "one");
    }
  }

  /** The frame may begin anywhere in a sector, and any of its sectors may be missing. */
  @Test
  void lastFrame_withoutSomeOfItsSectors_isPassedOver() {
    for (int first = 1; first <= SECTOR; first++) {
      out.reset();
      head("y".repeat(first));
      int before = out.size();
      batch("x".repeat(700), "z".repeat(700));
      byte[] whole = out.toByteArray();
      int sectors = (whole.length - 1) / SECTOR - before / SECTOR + 1;
      for (int kept = 0; kept < (1 << sectors) - 1; kept++) {
        byte[] torn = whole.clone();
        for (int i = 0; i < sectors; i++) {
          if ((kept & 1 << i) == 0) {
            int start = (before / SECTOR + i) * SECTOR;
            int end = Math.min(whole.length, start + SECTOR);
            Arrays.fill(torn, Math.max(before, start), end, (byte) 0);
          }
        }
        assertIntact(torn, "y".repeat(first));
      }
    }
  }

  @Test
  void anyBit_flipped_isDamageThere_inTheLastFrameToo() {
    head("one", "two");
    int second = out.size();
    batch("three");
    int third = out.size();
    batch("four", "five");
    byte[] whole = out.toByteArray();
    for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
      byte[] flipped = whole.clone();
      int at = bit / Byte.SIZE;
      flipped[at] ^= (byte) (1 << bit % Byte.SIZE);
      int headEnd = LogScan.HEAD.length;
      int begin = at < headEnd ? 0 : at < second ? headEnd : at < third ? second : third;
      assertThat(read(flipped).damage())
          .as("bit %d of byte %d", bit % Byte.SIZE, at)
          .get()
          .extracting(Throwable::getMessage)
          .asString()
          .startsWith(FILE + " is damaged at offset " + begin + ":");
    }
  }

  @Test
  void damagedFrame_leavesWhatIsIntact_beforeAndBehindIt() {
    head("one");
    int second = out.size();
    batch("two");
    batch("three");
    byte[] bytes = out.toByteArray();
    bytes[second + 1] ^= 1;
    assertDamaged(bytes, "one", "three");
    bytes[second] = 0; // as if never written, but the next frame says that it was forced
    assertDamaged(bytes, "one", "three");
    Arrays.fill(bytes, second, second + LogFrame.HEADER_BYTES, (byte) 0);
    assertDamaged(bytes, "one", "three");
  }

  @Test
  void damagedHead_leavesTheFrames() {
    head("one");
    batch("two");
    byte[] bytes = out.toByteArray();
    bytes[3] ^= 4;
    assertDamaged(bytes, "one", "two");
  }

  @Test
  void snapshot_thatIsNotThereToItsEnd_isDamage_howeverItLacks() {
    write(LogScan.HEAD);
    frame(LogFrame.SNAPSHOT, 0, "one");
    int end = out.size();
    frame(LogFrame.LAST_OF_SNAPSHOT, 0, "two");
    byte[] whole = out.toByteArray();
    for (int length = 0; length < whole.length; length++) {
      String[] intact = length < end ? new String[0] : new String[] {"one"};
      assertDamaged(Arrays.copyOf(whole, length), intact);
      assertDamaged(Arrays.copyOf(Arrays.copyOf(whole, length), whole.length), intact);
    }
    assertIntact(whole, "one", "two");
  }

  /** Frames that were only written may be missing in any combination. */
  @Test
  void framesBehindTheForcedMark_arePassedOverFromTheFirstTornOne() {
    head("one");
    int forced = out.size();
    frame(LogFrame.BATCH, forced, "two");
    int third = out.size();
    frame(LogFrame.BATCH, forced, "x".repeat(2_000));
    frame(LogFrame.BATCH, forced, "four");
    byte[] torn = out.toByteArray();
    Arrays.fill(torn, 2 * SECTOR, 3 * SECTOR, (byte) 0);
    assertIntact(torn, "one", "two");
    byte[] flipped = out.toByteArray();
    flipped[third + 100] ^= 1;
    assertDamaged(flipped, "one", "two", "four");
    frame(LogFrame.BATCH, out.size(), "five");
    byte[] later = out.toByteArray();
    Arrays.fill(later, 2 * SECTOR, 3 * SECTOR, (byte) 0);
    assertDamaged(later, "one", "two", "four", "five");
  }

  /** A client chooses the bytes of a record. */
  @Test
  void frameWithinARecord_isNoFrame() {
    head("one");
    int before = out.size();
    byte[] inner = bytes(LogFrame.BATCH, before, before + 1, "inner");
    frame(LogFrame.BATCH, before, List.of(inner));
    byte[] torn = out.toByteArray();
    Arrays.fill(torn, before, before + LogFrame.HEADER_BYTES, (byte) 0);
    assertIntact(torn, "one");
  }

  @Test
  void fileOfNobody_isDamage() {
    assertDamaged(new byte[0]);
    assertDamaged(new byte[100]);
    assertDamaged("0000000007".getBytes(UTF_8));
  }

  private void head(String... snapshot) {
    write(LogScan.HEAD);
    frame(LogFrame.LAST_OF_SNAPSHOT, 0, snapshot);
  }

  private void batch(String... records) {
    frame(LogFrame.BATCH, out.size(), records);
  }

  private void frame(byte kind, long forced, String... records) {
    write(bytes(kind, out.size(), forced, records));
  }

  private void frame(byte kind, long forced, List<byte[]> records) {
    write(LogFrame.encode(out.size(), kind, forced, records).array());
  }

  private static byte[] bytes(byte kind, long offset, long forced, String... records) {
    var all = new ArrayList<byte[]>();
    for (String record : records) {
      all.add(record.getBytes(UTF_8));
    }
    return LogFrame.encode(offset, kind, forced, all).array();
  }

  private void write(byte[] bytes) {
    out.writeBytes(bytes);
  }

  private static LogScan.Content read(byte[] bytes) {
    return LogScan.read(FILE, bytes, Optional.empty());
  }

  private static void assertIntact(byte[] bytes, String... words) {
    assertThat(read(bytes).damage()).isEmpty();
    assertThat(words(bytes)).containsExactly(words);
  }

  private static void assertDamaged(byte[] bytes, String... words) {
    assertThat(read(bytes).damage()).isPresent();
    assertThat(words(bytes)).containsExactly(words);
  }

  private static List<String> words(byte[] bytes) {
    return read(bytes).records().stream().map(r -> new String(r.bytes(), UTF_8)).toList();
  }
}
