package dev.holdfast.streams;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/**
 * A stream that fails when it ends too early or goes on for too long. Bytes that are skipped count
 * like bytes that are read.
 *
 * <p>Threading: for one thread at a time.
 */
public final class BoundedStream extends InputStream {
  private final InputStream in;
  private final long sizeMin;
  private final long sizeMax;
  private final Wrong wrong;
  private long size;

  /** Throws what a reader gets for a wrong length. */
  private interface Wrong {
    void fail(long size) throws IOException;
  }

  private BoundedStream(InputStream in, long sizeMin, long sizeMax, Wrong wrong) {
    this.in = in;
    this.sizeMin = sizeMin;
    this.sizeMax = sizeMax;
    this.wrong = wrong;
  }

  /**
   * Wraps a stream whose length is known.
   *
   * @param size in bytes, 0 or more
   * @return a stream whose methods throw an {@link EOFException} at an earlier end, and an {@link
   *     IOException} for a byte more
   */
  public static InputStream exactly(InputStream in, long size) {
    return new BoundedStream(
        in,
        size,
        size,
        found -> {
          if (found < size) {
            throw new EOFException("the body ends " + (size - found) + " bytes early");
          }
          throw new IOException("the body is longer than " + size + " bytes");
        });
  }

  /**
   * Wraps a stream whose length is known.
   *
   * @param size in bytes, 0 or more
   * @param wrong makes what is thrown for any other length
   */
  public static InputStream exactly(
      InputStream in, long size, Supplier<? extends RuntimeException> wrong) {
    return new BoundedStream(
        in,
        size,
        size,
        _ -> {
          throw wrong.get();
        });
  }

  /**
   * Wraps a stream of any length up to a bound.
   *
   * @param sizeMax in bytes, 0 or more
   * @param tooLong makes what is thrown for a byte more
   */
  public static InputStream atMost(
      InputStream in, long sizeMax, Supplier<? extends RuntimeException> tooLong) {
    return new BoundedStream(
        in,
        0,
        sizeMax,
        _ -> {
          throw tooLong.get();
        });
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0; // some streams say -1 at their end
    }
    int n = in.read(into, offset, length);
    size += Math.max(0, n);
    if (n < 0 ? size < sizeMin : size > sizeMax) {
      wrong.fail(size);
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
