package dev.holdfast.watcher.pattern;

import dev.holdfast.bounds.Bounds;
import dev.holdfast.watcher.Expectation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Joins the chunks of a body up to a bound. It takes memory as bytes come, and not as a length is
 * announced.
 *
 * <p>Threading: for one thread at a time.
 */
public final class BodyBuffer {
  private static final int FIRST_BYTES = 4_096;

  private final int bytesMax;
  private byte[] bytes = new byte[0];
  private int length;
  private boolean isTruncated;

  /**
   * Makes an empty body.
   *
   * @param bytesMax how much it takes, 0 to {@link Expectation#BODY_BYTES_LIMIT}
   */
  public BodyBuffer(int bytesMax) {
    Bounds.within("bytesMax", bytesMax, 0, Expectation.BODY_BYTES_LIMIT);
    this.bytesMax = bytesMax;
  }

  /**
   * Takes a chunk, up to the bound. The chunk is read to its end in any case.
   *
   * @return false if the body goes on beyond the bound, so that no more needs to be read
   */
  public boolean add(ByteBuffer chunk) {
    int taken = Math.min(chunk.remaining(), bytesMax - length);
    makeRoom(length + taken);
    chunk.get(bytes, length, taken);
    length += taken;
    if (chunk.hasRemaining()) {
      isTruncated = true;
      chunk.position(chunk.limit());
    }
    return !isTruncated;
  }

  private void makeRoom(int wanted) {
    if (wanted > bytes.length) {
      int doubled = Math.max(FIRST_BYTES, 2 * bytes.length);
      bytes = Arrays.copyOf(bytes, Math.min(bytesMax, Math.max(wanted, doubled)));
    }
  }

  /** Returns a copy of the bytes that were taken. */
  public byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns how many bytes were taken. */
  public int length() {
    return length;
  }

  /** Returns true if bytes beyond the bound came. */
  public boolean isTruncated() {
    return isTruncated;
  }
}
