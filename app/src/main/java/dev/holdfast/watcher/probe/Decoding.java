package dev.holdfast.watcher.probe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Decodes a body within bounds. It keeps what will be searched and counts the rest, so a bomb takes
 * no memory.
 */
final class Decoding {
  private static final int CHUNK_BYTES = 16 << 10;
  private static final int NIBBLE = 0x0f;
  private static final int ZLIB_DEFLATE = 8;
  private static final int ZLIB_DIVISOR = 31;

  private Decoding() {}

  /** What a body decodes to. */
  sealed interface Decoded {
    /** A body. */
    final class Body implements Decoded {
      private final byte[] bytes;
      private final long count;

      Body(byte[] bytes, long count) {
        this.bytes = bytes;
        this.count = count;
      }

      /** Returns its beginning, up to the bound. */
      byte[] bytes() {
        return bytes;
      }

      /** Returns how long it is, as far as it came, in bytes. */
      long count() {
        return count;
      }
    }

    /** More than {@code bytesMax}. */
    record TooLarge(long bytesMax) implements Decoded {}

    /** Not as its encoding says. */
    record Bad(String detail) implements Decoded {}
  }

  /**
   * Decodes a body.
   *
   * @param encoding {@code gzip}, {@code x-gzip} or {@code deflate}
   * @param isCut true if the bytes are only the beginning of the body
   * @param keptMax how many decoded bytes are kept
   * @param bytesMax how many there may be
   */
  static Decoded decode(byte[] bytes, String encoding, boolean isCut, int keptMax, long bytesMax) {
    if (bytes.length == 0) {
      return new Decoded.Body(bytes, 0);
    }
    var kept = new ByteArrayOutputStream(Math.min(keptMax, CHUNK_BYTES));
    long count = 0;
    byte[] chunk = new byte[CHUNK_BYTES];
    Inflater inflater = new Inflater(isRaw(bytes));
    try (InputStream in = stream(bytes, encoding, inflater)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        kept.write(chunk, 0, Math.min(read, keptMax - kept.size()));
        count += read;
        if (count > bytesMax) {
          return new Decoded.TooLarge(bytesMax);
        }
      }
    } catch (EOFException end) {
      if (!isCut) {
        return new Decoded.Bad("the " + encoding + " body ends early");
      }
    } catch (IOException e) {
      return new Decoded.Bad("the " + encoding + " body is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
    return new Decoded.Body(kept.toByteArray(), count);
  }

  static boolean isKnown(String encoding) {
    return encoding.equals("gzip") || encoding.equals("x-gzip") || encoding.equals("deflate");
  }

  private static InputStream stream(byte[] bytes, String encoding, Inflater inflater)
      throws IOException {
    var in = new ByteArrayInputStream(bytes);
    return encoding.equals("deflate")
        ? new InflaterInputStream(in, inflater)
        : new GZIPInputStream(in, CHUNK_BYTES);
  }

  /**
   * Returns true if a body that is called {@code deflate} has no zlib frame. RFC 9110 section
   * 8.4.1.2 asks for one, and some servers leave it out.
   */
  private static boolean isRaw(byte[] bytes) {
    if (bytes.length < 2) {
      return true;
    }
    int head = ((bytes[0] & 0xff) << Byte.SIZE) | (bytes[1] & 0xff);
    return (bytes[0] & NIBBLE) != ZLIB_DEFLATE || head % ZLIB_DIVISOR != 0;
  }
}
