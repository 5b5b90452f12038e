package dev.holdfast.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.disk.LogFrame.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads one file of a log, and tells a torn end from damage.
 *
 * <p>A file gets its name only when its snapshot is forced, so any error in the snapshot is damage.
 * Frames follow it, one after the other. Each says how much was forced before it, and the highest
 * such mark divides the file:
 *
 * <ul>
 *   <li>A bad frame below the mark is damage.
 *   <li>Above it, a power failure may have kept any sectors of the last write. The others are cut
 *       off or read as zeros. A bad frame that lacks bytes in this way is torn. It was not
 *       acknowledged as forced, and is passed over with all frames behind it.
 *   <li>A bad frame above the mark that lacks nothing is damage.
 * </ul>
 *
 * <p>A record should have no 512 zero bytes in a row. In a last frame with such a row, a wrong bit
 * passes for a torn end.
 */
final class LogScan {
  /** The first bytes of a file. No file of an older service begins like this. */
  static final byte[] HEAD = "holdfast-log 1\n".getBytes(US_ASCII);

  /** The least that a disk writes as a whole or not at all. */
  private static final int SECTOR_BYTES = 512;

  private final Path file;
  private final byte[] bytes;

  /**
   * The offset behind the last byte that is not zero. A file may have grown before its bytes came.
   */
  private final int end;

  private final List<Found> records = new ArrayList<>();
  private Optional<DamagedLogException> damage = Optional.empty();

  /**
   * @param records the intact records, oldest first
   * @param damage the first damage, or empty
   */
  record Content(Path file, List<Found> records, Optional<DamagedLogException> damage) {

    /** Returns this if it is intact. */
    Content orThrow() throws DamagedLogException {
      if (damage.isPresent()) {
        throw damage.get();
      }
      return this;
    }
  }

  private LogScan(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    this.end = written(bytes);
  }

  static Content read(Path file, byte[] bytes, Optional<OlderLog> older) {
    var scan = new LogScan(file, bytes);
    boolean isOurs = scan.frameAt(HEAD.length).isPresent();
    if (!startsWithHead(bytes) && !isOurs && older.isPresent()) {
      scan.readOlder(older.get());
    } else {
      if (!startsWithHead(bytes)) {
        scan.damaged(0, "it does not begin as a log does");
      }
      scan.readFrames();
    }
    return new Content(file, List.copyOf(scan.records), scan.damage);
  }

  private static boolean startsWithHead(byte[] bytes) {
    return bytes.length >= HEAD.length
        && Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length);
  }

  private void readOlder(OlderLog older) {
    try {
      older.read(file, bytes, record -> records.add(new Found(0, record)));
    } catch (DamagedLogException e) {
      damage = Optional.of(e);
    }
  }

  private void readFrames() {
    boolean isComplete = false;
    int offset = HEAD.length;
    while (offset < end) {
      Optional<LogFrame> frame = frameAt(offset);
      if (frame.isEmpty()) {
        Optional<LogFrame> next = frameBehind(offset);
        if (isComplete && isTorn(offset, next)) {
          return;
        }
        damaged(offset, "the bytes here are not those that were written");
        offset = next.map(found -> (int) found.offset()).orElse(end);
      } else {
        records.addAll(frame.get().records(bytes));
        isComplete |= frame.get().kind() != LogFrame.SNAPSHOT;
        offset = (int) frame.get().end();
      }
    }
    if (!isComplete) {
      damaged(Math.min(end, bytes.length), "it ends before its snapshot does");
    }
  }

  private void damaged(long offset, String what) {
    if (damage.isEmpty()) {
      damage = Optional.of(new DamagedLogException(file, offset, what));
    }
  }

  private Optional<LogFrame> frameAt(int offset) {
    return Optional.of(offset)
        .filter(at -> LogFrame.hasHeader(bytes, at, end))
        .map(at -> LogFrame.header(bytes, at))
        .filter(frame -> frame.isWhole(bytes, end));
  }

  /** Returns the first frame that begins anywhere behind an offset. */
  private Optional<LogFrame> frameBehind(int offset) {
    for (int at = offset + 1; at < end; at++) {
      if (bytes[at] == LogFrame.MAGIC) {
        Optional<LogFrame> frame = frameAt(at);
        if (frame.isPresent()) {
          return frame;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns true if no mark says that the bad frame here was forced, and bytes of it are missing.
   */
  private boolean isTorn(int offset, Optional<LogFrame> next) {
    if (next.isPresent()) {
      return forcedAtLast(next.get()) <= offset && lacksSector(offset, (int) next.get().offset());
    }
    boolean isCutOff =
        end - offset < LogFrame.HEADER_BYTES
            || (LogFrame.hasHeader(bytes, offset, end)
                && end < LogFrame.header(bytes, offset).end());
    return isCutOff || lacksSector(offset, end);
  }

  /** Returns the highest mark of this frame and all behind it. */
  private long forcedAtLast(LogFrame first) {
    long forced = 0;
    Optional<LogFrame> frame = Optional.of(first);
    while (frame.isPresent()) {
      forced = Math.max(forced, frame.get().forced());
      int behind = (int) frame.get().end();
      frame = frameAt(behind).or(() -> frameBehind(behind));
    }
    return forced;
  }

  /** Returns true if a frame's first byte is missing, or all of its bytes in one of its sectors. */
  private boolean lacksSector(int from, int to) {
    if (bytes[from] == 0) {
      return true;
    }
    int start = from;
    while (start < to) {
      int next = Math.min(to, (start / SECTOR_BYTES + 1) * SECTOR_BYTES);
      if (isZero(start, next)) {
        return true;
      }
      start = next;
    }
    return false;
  }

  private boolean isZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static int written(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return length;
  }
}
