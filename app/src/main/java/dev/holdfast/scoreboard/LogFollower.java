package dev.holdfast.scoreboard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Reads the new lines of a log that somebody else writes. It begins at the end of a log that is
 * there at the start, and at the beginning of one that comes later.
 *
 * <p>
 *
 * <ul>
 *   <li>A rotated log was renamed, and a new file has its name. The old file is read on for {@link
 *       #OLD_POLLS} polls, since nginx's workers change over one by one.
 *   <li>A log that is shorter than before was truncated, and is read from its beginning.
 *   <li>A log that was truncated and has outgrown its former length between two polls looks like
 *       one that has only grown.
 * </ul>
 *
 * <p>Threading: for one thread at a time.
 */
final class LogFollower implements AutoCloseable {
  static final int OLD_POLLS = 3;

  private final Path log;
  private final LineSplitter.Sink sink;
  private final byte[] buffer = new byte[LogReader.BUFFER_BYTES];

  private Optional<Followed> current = Optional.empty();

  /** The file that was rotated away, while it may still be written. */
  private Optional<Followed> old = Optional.empty();

  private int oldPollsLeft;

  /** A file that is open. */
  private static final class Followed {
    private final InputStream in;
    private final Object key;
    private final LineSplitter lines;
    private long position;

    Followed(InputStream in, Object key, LineSplitter lines) {
      this.in = in;
      this.key = key;
      this.lines = lines;
    }
  }

  private LogFollower(Path log, LineSplitter.Sink sink) {
    this.log = log;
    this.sink = sink;
  }

  /** Opens a follower at the end of the log, or at the beginning of a log that is not there yet. */
  static LogFollower fromEnd(Path log, LineSplitter.Sink sink) throws IOException {
    var follower = new LogFollower(log, sink);
    Optional<BasicFileAttributes> now = follower.attributes();
    if (now.isPresent()) {
      Followed opened = follower.open(now.get());
      if (now.get().size() > 0) {
        // From the byte before the end: it shows if a line has been begun.
        opened.in.skipNBytes(now.get().size() - 1);
        opened.position = now.get().size() - 1;
        opened.lines.dropFirst();
      }
      follower.current = Optional.of(opened);
    }
    return follower;
  }

  /** Reads everything that has come since the last call. */
  void poll() throws IOException {
    if (old.isPresent()) {
      drain(old.get());
      if (--oldPollsLeft <= 0) {
        dropOld();
      }
    }
    Optional<BasicFileAttributes> now = attributes();
    if (current.isPresent()) {
      followCurrent(current.get(), now);
    }
    if (current.isEmpty() && now.isPresent()) {
      current = Optional.of(open(now.get()));
    }
    if (current.isPresent()) {
      drain(current.get());
    }
  }

  @Override
  public void close() throws IOException {
    dropOld();
    if (current.isPresent()) {
      current.get().in.close();
    }
  }

  private void followCurrent(Followed file, Optional<BasicFileAttributes> now) throws IOException {
    boolean same = now.isEmpty() || now.get().fileKey().equals(file.key);
    if (!same) {
      drain(file);
      dropOld();
      old = current;
      oldPollsLeft = OLD_POLLS;
      current = Optional.empty();
    } else if (now.isPresent() && now.get().size() < file.position) {
      file.in.close();
      file.lines.finish();
      current = Optional.empty();
    }
  }

  private Followed open(BasicFileAttributes attributes) throws IOException {
    return new Followed(Files.newInputStream(log), attributes.fileKey(), new LineSplitter(sink));
  }

  private void drain(Followed file) throws IOException {
    for (int n = file.in.read(buffer); n > 0; n = file.in.read(buffer)) {
      file.position += n;
      file.lines.feed(buffer, n);
    }
  }

  private void dropOld() throws IOException {
    if (old.isPresent()) {
      old.get().in.close();
      old.get().lines.finish();
      old = Optional.empty();
    }
  }

  private Optional<BasicFileAttributes> attributes() throws IOException {
    try {
      return Optional.of(Files.readAttributes(log, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
