package dev.holdfast.scoreboard;

import java.io.ByteArrayOutputStream;

/**
 * Cuts bytes that come in any portions into lines. A line that is longer than any of nginx's is
 * dropped.
 *
 * <p>Threading: for one thread at a time.
 */
final class LineSplitter {
  /** nginx takes 8 KiB of a request line, and a byte of it takes 6 in JSON at most. */
  static final int LINE_BYTES_MAX = 64 * 1024;

  /** Takes lines. */
  interface Sink {
    /** A whole line, without its end; the bytes are valid during the call alone. */
    void line(byte[] bytes, int offset, int length);

    /** Something that was no whole line, or too long for one. */
    void garbage();
  }

  private final Sink sink;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  /** Bytes up to the next end of a line are not looked at. */
  private boolean dropping;

  LineSplitter(Sink sink) {
    this.sink = sink;
  }

  /** Drops all up to the next end of a line: it is part of a line that is not counted. */
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

  /** Nothing more comes: half a line is garbage. */
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
