package dev.holdfast.scoreboard;

import java.io.ByteArrayOutputStream;

/**
 * Cuts bytes that come in any portions into lines. It drops a line that is longer than any of
 * nginx's.
 *
 * <p>Threading: for one thread at a time.
 */
final class LineSplitter {
  /**
   * The longest line. nginx takes 8 KiB of a request line, and JSON needs 6 bytes at most for each.
   */
  static final int LINE_BYTES_MAX = 64 * 1024;

  /** Takes lines. */
  interface Sink {
    /** Takes a whole line, without its end. The bytes are valid during the call alone. */
    void line(byte[] bytes, int offset, int length);

    /** Takes note of bytes that are no whole line, or too long for one. */
    void garbage();
  }

  private final Sink sink;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  /** True while bytes are passed over, up to the next end of a line. */
  private boolean dropping;

  LineSplitter(Sink sink) {
    this.sink = sink;
  }

  /**
   * Drops everything up to the next end of a line, since it is the rest of a line that does not
   * count.
   */
  void dropFirst() {
    dropping = true;
  }

  void feed(byte[] bytes, int length) {
    int begin = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        end(bytes, begin, i - begin);
        begin = i + 1;
      }
    }
    if (begin < length) {
      keep(bytes, begin, length - begin);
    }
  }

  /** Ends the splitting. Half a line that is left counts as garbage. */
  void finish() {
    if (begun.size() > 0) {
      sink.garbage();
    }
    begun.reset();
    dropping = false;
  }

  private void end(byte[] bytes, int offset, int length) {
    if (dropping) {
      dropping = false;
    } else if (begun.size() == 0) {
      sink.line(bytes, offset, length);
    } else {
      begun.write(bytes, offset, length);
      sink.line(begun.toByteArray(), 0, begun.size());
    }
    begun.reset();
  }

  private void keep(byte[] bytes, int offset, int length) {
    if (dropping) {
      return;
    }
    if (begun.size() + length > LINE_BYTES_MAX) {
      sink.garbage();
      begun.reset();
      dropping = true;
    } else {
      begun.write(bytes, offset, length);
    }
  }
}
