package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * Counts the lines of an answer by HTTP/1.1: those of its head, of interim heads, and of trailers.
 * HttpCore keeps them, and also the part of a line that has come so far.
 *
 * <p>Threading: the loop's thread.
 */
final class AnswerLines {
  private BodyStore answer;
  private long bytes;
  private long headBytes;

  AnswerLines(BodyStore answer) {
    this.answer = answer;
  }

  /** The next answer on this connection begins. */
  void begin(BodyStore next) {
    answer = next;
    bytes = 0;
    headBytes = 0;
  }

  /** The head of the answer is whole. */
  void headed() {
    headBytes = bytes;
  }

  /** Returns a buffer whose lines are counted. */
  SessionInputBuffer counted(SessionInputBuffer input) {
    return new Counted(input);
  }

  private void note(long size) throws IOException {
    if (answer.isLeft()) {
      throw new IOException("bytes that are of no answer");
    }
    if (!answer.head(size)) {
      throw new MessageConstraintException("The head has more than " + Wires.HEAD_BYTES_MAX);
    }
  }

  private final class Counted implements SessionInputBuffer {
    private final SessionInputBuffer input;

    Counted(SessionInputBuffer input) {
      this.input = input;
    }

    @Override
    public boolean readLine(CharArrayBuffer line, boolean isEnd) throws IOException {
      boolean isWhole = input.readLine(line, isEnd);
      if (isWhole) {
        bytes += line.length() + BodyStore.PIECE_BYTES;
        note(bytes);
      } else if (input.length() > 0) {
        note(bytes + input.length());
      }
      return isWhole;
    }

    /** Bytes of a chunk follow, so the lines before it are gone. */
    private void atData() {
      bytes = headBytes;
    }

    @Override
    public int read() {
      atData();
      return input.read();
    }

    @Override
    public int read(ByteBuffer target, int most) {
      atData();
      return input.read(target, most);
    }

    @Override
    public int read(ByteBuffer target) {
      atData();
      return input.read(target);
    }

    @Override
    public int read(WritableByteChannel target, int most) throws IOException {
      atData();
      return input.read(target, most);
    }

    @Override
    public int read(WritableByteChannel target) throws IOException {
      atData();
      return input.read(target);
    }

    @Override
    public boolean hasData() {
      return input.hasData();
    }

    @Override
    public int length() {
      return input.length();
    }

    @Override
    public int fill(ReadableByteChannel source) throws IOException {
      return input.fill(source);
    }
  }
}
