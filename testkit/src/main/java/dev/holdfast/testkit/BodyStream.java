package dev.holdfast.testkit;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The bytes of one body: its header, then SplitMix64 (Steele, Lea and Flood, 2014) seeded by it.
 * Each 8 bytes are a function of the seed and their place alone.
 */
final class BodyStream extends InputStream {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private final byte[] header;
  private final int headerShown;
  private final long length;
  private final long seed;
  private long position;

  /**
   * @param header seeds the stream
   * @param headerShown how many bytes of the header the body starts with
   * @param length the length of the body in bytes, the header included
   */
  BodyStream(byte[] header, int headerShown, long length) {
    this.header = header;
    this.headerShown = headerShown;
    this.length = length;
    this.seed = seed(header);
  }

  @Override
  public int read() {
    return position < length ? byteAt(position++) & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int count) {
    if (count == 0) {
      return 0;
    }
    if (position >= length) {
      return -1;
    }
    int read = (int) Math.min(count, length - position);
    int i = 0;
    while (i < read) {
      // Writes whole words if they fit: a load generator makes many bodies.
      if (read - i >= Long.BYTES && position >= headerShown && (position & 7) == 0) {
        WORD.set(target, offset + i, word(position >>> 3));
        position += Long.BYTES;
        i += Long.BYTES;
      } else {
        target[offset + i++] = byteAt(position++);
      }
    }
    return read;
  }

  private byte byteAt(long at) {
    if (at < headerShown) {
      return header[(int) at];
    }
    return (byte) (word(at >>> 3) >>> ((at & 7) << 3));
  }

  private long word(long index) {
    long z = seed + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static long seed(byte[] header) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(header)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
