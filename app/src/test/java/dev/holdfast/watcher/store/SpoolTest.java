package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long ROOM = 1 << 20;

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Spool.class);

  private final Disk disk = new LocalDisk();
  private final WriterCounts counts = new WriterCounts();

  @TempDir Path dir;

  @Test
  void segments_comeBackInTheirOrder_afterARestartToo() throws IOException {
    Spool spool = Spool.open(disk, dir, ROOM, counts);
    spool.add(rows(0, 3));
    spool.add(rows(3, 5));

    Spool restarted = Spool.open(disk, dir, ROOM, counts);

    assertThat(ids(restarted)).containsExactly("e0", "e1", "e2");
    assertThat(ids(restarted)).containsExactly("e3", "e4");
    assertThat(restarted.take()).isEmpty();
    assertThat(dir).isEmptyDirectory();
    assertThat(counts.spooled()).isEqualTo(5);
  }

  @Test
  void row_comesBackAsItWas() throws IOException {
    Spool spool = Spool.open(disk, dir, ROOM, counts);
    Row row = RowText.of(Results.full("e", Results.NOON_MS, "tab\tand \\ and ü"));
    spool.add(List.of(row));

    Row back = spool.read(spool.take().orElseThrow()).rows().getFirst();

    assertThat(back).usingRecursiveComparison().isEqualTo(row);
  }

  @Test
  void tornEnd_losesTheRowsBehindItAlone_whereverItIsTorn() throws IOException {
    Spool spool = Spool.open(disk, dir, ROOM, counts);
    spool.add(rows(0, 3));
    Path file = dir.resolve(Segment.name(0));
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Segment segment = new Segment(0, file, Segment.ROWS_UNKNOWN, length);

      Segment.Content content = segment.read(disk);

      assertThat(content.rows())
          .extracting(Row::id)
          .isSubsetOf("e0", "e1", "e2")
          .hasSizeLessThan(3);
      assertThat(IntStream.range(0, content.rows().size()).mapToObj(i -> "e" + i))
          .containsExactlyElementsOf(content.rows().stream().map(Row::id).toList());
    }
  }

  @Test
  void wrongBit_isNoticed_whereverItIs() throws IOException {
    Spool spool = Spool.open(disk, dir, ROOM, counts);
    spool.add(rows(0, 2));
    Path file = dir.resolve(Segment.name(0));
    byte[] whole = Files.readAllBytes(file);

    for (int at = 0; at < whole.length; at++) {
      byte[] wrong = whole.clone();
      wrong[at] ^= 4;
      Files.write(file, wrong);

      assertThat(new Segment(0, file, Segment.ROWS_UNKNOWN, wrong.length).read(disk).isDamaged())
          .as("byte %s", at)
          .isTrue();
    }
  }

  @Test
  void spoolThatIsFull_dropsTheOldestSegment_andCountsItsRows() throws IOException {
    Spool spool = Spool.open(disk, dir, 2_000, counts);
    for (int i = 0; i < 10; i++) {
      spool.add(rows(5 * i, 5 * i + 5));
    }

    long left = 0;
    while (spool.hasSegment()) {
      left += ids(spool).size();
    }
    assertThat(left).isPositive();
    assertThat(counts.dropped()).isEqualTo(50 - left).isPositive();
  }

  @Test
  void segmentInHand_isNotDropped() throws IOException {
    Spool spool = Spool.open(disk, dir, 0, counts);
    Spool roomy = Spool.open(disk, dir.resolve("roomy"), ROOM, counts);
    roomy.add(rows(0, 1));
    Segment inHand = roomy.take().orElseThrow();
    spool.add(rows(1, 2));

    assertThat(roomy.read(inHand).rows()).hasSize(1);
    assertThat(spool.hasSegment()).isFalse();
    assertThat(counts.dropped()).isEqualTo(1);
  }

  @Test
  void diskThatFails_countsTheRowsAsDropped() throws IOException {
    Path gone = dir.resolve("gone");
    Spool spool = Spool.open(disk, gone, ROOM, counts);
    Files.delete(gone);

    spool.add(rows(0, 4));

    assertThat(counts.dropped()).isEqualTo(4);
    assertThat(spool.hasSegment()).isFalse();
  }

  private static List<String> ids(Spool spool) {
    Segment segment = spool.take().orElseThrow();
    List<String> ids = spool.read(segment).rows().stream().map(Row::id).toList();
    spool.done(segment);
    return ids;
  }

  private static List<Row> rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> RowText.of(Results.up("e" + i, Results.NOON_MS + i)))
        .toList();
  }
}
