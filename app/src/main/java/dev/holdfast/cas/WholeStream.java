package dev.holdfast.cas;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream of a known length, whose end before that is an error: what is missing of a message would
 * not be missed otherwise.
 *
 * <p>Threading: for one thread at a time.
 */
final class WholeStream extends FilterInputStream {
  private long left;

  /**
   * @param size in bytes, 0 or more
   */
  WholeStream(InputStream in, long size) {
    super(in);
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int n = in.read(into, offset, (int) Math.min(most, left));
    if (n < 0) {
      throw new IOException("it ends " + left + " bytes early");
    }
    left -= n;
    return n;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long n = in.skip(Math.min(bytes, left));
    left -= n;
    return n;
  }
}
