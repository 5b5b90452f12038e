package dev.holdfast.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the parts of a multipart body (RFC 2046, 5.1.1) as they come. Call {@link #skipPreamble}
 * first, then {@link #readHeader} and {@link #copyBody} for each part.
 *
 * <p>Threading: for one thread at a time.
 */
final class MultipartReader {
  private static final int BUFFER_BYTES = 16 * 1024;

  /** Tells that the body is not a multipart body with this boundary. */
  static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  private final InputStream in;

  /** The boundary with a line end before it, since it counts at the beginning of a line only. */
  private final byte[] delimiter;

  private final byte[] buffer;
  private int begin;
  private int end;

  /**
   * @param boundary 1 to 70 characters
   */
  MultipartReader(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8);
    this.buffer = new byte[BUFFER_BYTES];
    // The begin of the body counts as the beginning of a line.
    buffer[0] = '\r';
    buffer[1] = '\n';
    this.end = 2;
  }

  /**
   * Reads and drops the bytes in front of the first boundary.
   *
   * @return true if a part follows
   */
  boolean skipPreamble() throws IOException {
    return copyBody(OutputStream.nullOutputStream());
  }

  /**
   * Reads the header of a part, up to the empty line that ends it.
   *
   * @return its lines, with their ends
   */
  String readHeader(int bytesMax) throws IOException {
    var header = new ByteArrayOutputStream();
    int lineBegin = 0;
    while (true) {
      int b = next();
      header.write(b);
      if (header.size() > bytesMax) {
        throw new MalformedException("the header of a part is longer than " + bytesMax + " bytes");
      }
      if (b == '\n') {
        if (header.size() - lineBegin <= 2) {
          return header.toString(StandardCharsets.UTF_8);
        }
        lineBegin = header.size();
      }
    }
  }

  /**
   * Copies the body of a part, and reads the boundary behind it.
   *
   * @return true if another part follows
   */
  boolean copyBody(OutputStream to) throws IOException {
    int found = find();
    while (found < 0) {
      int sure = Math.max(begin, end - delimiter.length + 1); // no delimiter begins before it
      to.write(buffer, begin, sure - begin);
      begin = sure;
      fill();
      found = find();
    }
    to.write(buffer, begin, found - begin);
    begin = found + delimiter.length;
    return isFollowedByPart();
  }

  /** Returns the index in the buffer of the next delimiter, or -1 if there is none. */
  private int find() {
    for (int i = begin; i <= end - delimiter.length; i++) {
      int matching = 0;
      while (matching < delimiter.length && buffer[i + matching] == delimiter[matching]) {
        matching++;
      }
      if (matching == delimiter.length) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Reads the rest of a boundary's line. Returns false if it has the two dashes of the last
   * boundary.
   */
  private boolean isFollowedByPart() throws IOException {
    int b = next();
    if (b == '-' && next() == '-') {
      return false;
    }
    while (b == ' ' || b == '\t') { // padding
      b = next();
    }
    if (b != '\r' || next() != '\n') {
      throw new MalformedException("something follows a boundary in its line");
    }
    return true;
  }

  private int next() throws IOException {
    if (begin == end) {
      fill();
    }
    return buffer[begin++] & 0xff;
  }

  /** Reads more bytes into the free part of the buffer. */
  private void fill() throws IOException {
    System.arraycopy(buffer, begin, buffer, 0, end - begin);
    end -= begin;
    begin = 0;
    int n = in.read(buffer, end, buffer.length - end);
    if (n < 0) {
      throw new MalformedException("it ends before its last boundary");
    }
    end += n;
  }
}
