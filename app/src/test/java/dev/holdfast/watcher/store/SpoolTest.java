package dev.holdfast.watcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.FullDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long ROOM = 1 << 20;
  private static final int REST_MS = 500;
  private static final Home HOME = new Home(new UUID(0, 1), "here");

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Spool.class);

  private final Disk disk = new LocalDisk();
  private final WriterCounts counts = new WriterCounts();
  private long nanos;

  @TempDir Path dir;

  @Test
  void segments_comeBackInTheirOrder_afterARestartToo() throws IOException {
    Spool spool = open(disk, HOME, ROOM);
    spool.add(rows(0, 3));
    spool.add(rows(3, 5));

    Spool restarted = open(disk, HOME, ROOM);

    assertThat(ids(restarted)).containsExactly("e0", "e1", "e2");
    assertThat(ids(restarted)).containsExactly("e3", "e4");
    assertThat(restarted.take()).isEmpty();
    assertThat(dir).isEmptyDirectory();
    assertThat(counts.spooled()).isEqualTo(5);
  }

  @Test
  void row_comesBackAsItWas() throws IOException {
    Spool spool = open(disk, HOME, ROOM);
    Row row = RowText.of(Results.full("e", Results.NOON_MS, "tab\tand \\ and ü"));
    spool.add(List.of(row));

    Row back = spool.read(spool.take().orElseThrow()).orElseThrow().getFirst();

    assertThat(back).usingRecursiveComparison().isEqualTo(row);
  }

  @Test
  void tornEnd_losesTheRowsBehindItAlone_whereverItIsTorn() throws IOException {
    Spool spool = open(disk, HOME, ROOM);
    spool.add(rows(0, 3));
    Path file = spool.take().orElseThrow().file();
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Segment segment = Segment.of(file, length).orElseThrow();

      Segment.Content content = segment.read(disk);

      assertThat(content.isDamaged()).as("length %s", length).isTrue();
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
    Spool spool = open(disk, HOME, ROOM);
    spool.add(rows(0, 2));
    Path file = spool.take().orElseThrow().file();
    byte[] whole = Files.readAllBytes(file);

    for (int at = 0; at < whole.length; at++) {
      byte[] wrong = whole.clone();
      wrong[at] ^= 4;
      Files.write(file, wrong);

      assertThat(Segment.of(file, wrong.length).orElseThrow().read(disk).isDamaged())
          .as("byte %s", at)
          .isTrue();
    }
  }

  @Test
  void spoolThatIsFull_dropsTheOldestSegment_andCountsItsRows() throws IOException {
    Spool spool = open(disk, HOME, 2_000);
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
    Spool spool = open(disk, HOME, 0);
    Spool roomy = open(disk, dir.resolve("roomy"), HOME, ROOM);
    roomy.add(rows(0, 1));
    Segment inHand = roomy.take().orElseThrow();
    spool.add(rows(1, 2));

    assertThat(roomy.read(inHand).orElseThrow()).hasSize(1);
    assertThat(spool.hasSegment()).isFalse();
    assertThat(counts.dropped()).isEqualTo(1);
  }

  @Test
  void diskThatFails_countsTheRowsAsDropped() throws IOException {
    Path gone = dir.resolve("gone");
    Spool spool = open(disk, gone, HOME, ROOM);
    Files.delete(gone);

    spool.add(rows(0, 4));

    assertThat(counts.dropped()).isEqualTo(4);
    assertThat(spool.hasSegment()).isFalse();
  }

  /** Who spools rows goes on, whatever happens to these. */
  @Test
  void diskThatFailsByABug_countsTheRowsAsDropped() throws IOException {
    var failing = new FailingDisk();
    Spool spool = open(failing, HOME, ROOM);
    failing.isBroken = true;

    spool.add(rows(0, 4));
    failing.isBroken = false;
    spool.add(rows(4, 5));
    failing.isBroken = true;

    assertThat(counts.dropped()).isEqualTo(4);
    assertThat(spool.read(spool.take().orElseThrow())).isEmpty();
    failing.isBroken = false;
    nanos += TimeUnit.MILLISECONDS.toNanos(REST_MS);
    assertThat(ids(spool)).containsExactly("e4");
  }

  /** The file is not at fault: its rows are still there when it can be read again. */
  @Test
  void segmentThatCannotBeRead_comesAfterTheOthers_whenTheDiskHasRested() throws IOException {
    var failing = new FailingDisk();
    Spool spool = open(failing, HOME, ROOM);
    spool.add(rows(0, 3));
    spool.add(rows(3, 5));
    failing.isUnreadable = true;

    assertThat(spool.read(spool.take().orElseThrow())).isEmpty();
    assertThat(spool.take()).as("the disk rests").isEmpty();
    assertThat(spool.hasSegment()).isTrue();
    failing.isUnreadable = false;
    nanos += TimeUnit.MILLISECONDS.toNanos(REST_MS) - 1;
    assertThat(spool.take()).as("the disk rests").isEmpty();
    nanos++;

    assertThat(ids(spool)).containsExactly("e3", "e4");
    assertThat(ids(spool)).containsExactly("e0", "e1", "e2");
    assertThat(counts.damaged()).isZero();
    assertThat(counts.dropped()).isZero();
  }

  @Test
  void rowsBehindDamage_countAsDropped() throws IOException {
    Spool spool = open(disk, HOME, ROOM);
    spool.add(rows(0, 3));
    spool.add(rows(3, 5));
    Path first = spool.take().orElseThrow().file();
    byte[] whole = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(whole, whole.length - 1));

    assertThat(ids(spool)).containsExactly("e0", "e1");
    Files.delete(spool.take().orElseThrow().file());
    assertThat(ids(spool)).isEmpty();

    assertThat(counts.damaged()).isEqualTo(2);
    assertThat(counts.dropped()).isEqualTo(3);
    assertThat(spool.hasSegment()).isFalse();
  }

  @Test
  void oldestSegment_isDroppedUnread_andItsRowsCount() throws IOException {
    open(disk, HOME, ROOM).add(rows(0, 7));
    var failing = new FailingDisk();
    failing.isUnreadable = true;

    open(failing, HOME, 0).add(rows(7, 8));

    assertThat(counts.dropped()).isEqualTo(8);
    assertThat(counts.damaged()).isZero();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void segmentThatFailed_leavesNoFile_whereverItFails() throws IOException {
    var full = new FullDisk(disk);
    Spool spool = open(full, HOME, ROOM);
    for (String step : List.of("create", "file", "force")) {
      full.fullAt(step);
      spool.add(rows(0, 4));
      assertThat(dir).as(step).isEmptyDirectory();
    }
    assertThat(counts.dropped()).isEqualTo(12);

    full.fullAt("nowhere");
    spool.add(rows(4, 6));
    assertThat(ids(open(disk, HOME, ROOM))).containsExactly("e4", "e5");
  }

  @Test
  void fileThatCannotBeRemoved_isRemovedLater_andTheirNumberIsBounded() throws IOException {
    var failing = new FailingDisk();
    Spool spool = open(failing, HOME, ROOM);
    failing.isKeeping = true;
    int written = Spool.LEFTOVERS_MAX + 5;
    for (int i = 0; i < written; i++) {
      spool.add(rows(i, i + 1));
      if (spool.hasSegment()) {
        ids(spool);
      }
    }
    assertThat(dir.toFile().list()).hasSize(Spool.LEFTOVERS_MAX);
    assertThat(counts.dropped()).isEqualTo(5);

    failing.isKeeping = false;
    spool.add(rows(90, 91));
    assertThat(dir.toFile().list()).hasSize(1);
    assertThat(ids(spool)).containsExactly("e90");
  }

  @Test
  void segmentsOfAnotherDatabase_stay_andCountInTheShare() throws IOException {
    var elsewhere = new Home(new UUID(0, 2), "here");
    open(disk, HOME, ROOM).add(rows(0, 3));

    Spool other = open(disk, elsewhere, ROOM);
    assertThat(other.hasSegment()).isFalse();
    assertThat(other.take()).isEmpty();
    other.add(rows(3, 4));
    assertThat(ids(other)).containsExactly("e3");
    assertThat(ids(open(disk, HOME, ROOM))).containsExactly("e0", "e1", "e2");

    open(disk, HOME, ROOM).add(rows(4, 6));
    open(disk, elsewhere, 0).add(rows(6, 7));
    assertThat(counts.dropped()).isEqualTo(3);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void segment_keepsItsLocation() throws IOException {
    open(disk, HOME, ROOM).add(rows(0, 1));

    Spool moved = open(disk, new Home(HOME.database(), "there-2"), ROOM);
    moved.add(rows(1, 2));

    assertThat(moved.take().orElseThrow().home()).isEqualTo(HOME);
    ids(moved);
    assertThat(moved.take().orElseThrow().home().location()).isEqualTo("there-2");
  }

  /** A disk whose files cannot be read, or not be removed, for a while. */
  private static final class FailingDisk extends ForwardingDisk {
    private boolean isUnreadable;
    private boolean isKeeping;
    private boolean isBroken;

    FailingDisk() {
      super(new LocalDisk());
    }

    @Override
    public NewFile create(Path file) throws IOException {
      if (isBroken) {
        throw new IllegalStateException("a bug");
      }
      return super.create(file);
    }

    @Override
    public InputStream open(Path file) throws IOException {
      if (isBroken) {
        throw new OutOfMemoryError("planted");
      }
      if (isUnreadable) {
        throw new IOException("Too many open files");
      }
      return super.open(file);
    }

    @Override
    public boolean delete(Path file) throws IOException {
      if (isKeeping) {
        throw new IOException("Input/output error");
      }
      return super.delete(file);
    }
  }

  private Spool open(Disk of, Home home, long bytesMax) throws IOException {
    return open(of, dir, home, bytesMax);
  }

  private Spool open(Disk of, Path in, Home home, long bytesMax) throws IOException {
    return Spool.open(of, in, home, new Spool.Limits(bytesMax, REST_MS), counts, () -> nanos);
  }

  private static List<String> ids(Spool spool) {
    Segment segment = spool.take().orElseThrow();
    List<String> ids = spool.read(segment).orElseThrow().stream().map(Row::id).toList();
    spool.done(segment);
    return ids;
  }

  private static List<Row> rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> RowText.of(Results.up("e" + i, Results.NOON_MS + i)))
        .toList();
  }
}
