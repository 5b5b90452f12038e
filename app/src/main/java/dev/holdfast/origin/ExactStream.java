package dev.holdfast.origin;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Fails when a body is shorter than announced. HttpClient would wait for an answer that cannot
 * come, since the server waits for the rest.
 */
final class ExactStream extends FilterInputStream {
  private long left;

  ExactStream(InputStream in, long length) {
    super(in);
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    count(b < 0 ? -1 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = in.read(bytes, offset, length);
    count(n);
    return n;
  }

  private void count(int n) throws EOFException {
    if (n < 0 && left > 0) {
      throw new EOFException("the body ended " + left + " bytes before its announced length");
    }
    left -= Math.max(0, n);
  }
}
