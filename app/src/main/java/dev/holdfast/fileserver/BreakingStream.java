package dev.holdfast.fileserver;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails after some bytes. */
final class BreakingStream extends FilterInputStream {
  private final IOException failure;
  private long leftBytes;

  /**
   * @param soundBytes how many bytes are read before it fails, 0 or more
   */
  BreakingStream(InputStream in, long soundBytes, IOException failure) {
    super(in);
    this.leftBytes = soundBytes;
    this.failure = failure;
  }

  @Override
  public int read() throws IOException {
    requireSound();
    leftBytes--;
    return super.read();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    requireSound();
    int read = super.read(buffer, offset, (int) Math.min(length, leftBytes));
    leftBytes -= Math.max(read, 0);
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void requireSound() throws IOException {
    if (leftBytes == 0) {
      throw failure;
    }
  }
}
