package dev.holdfast.cas;

import dev.holdfast.http.ProblemException;
import dev.holdfast.streams.BoundedStream;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * zstd (RFC 8878), which takes memory: only so many bodies at once. Further ones that come in wait,
 * further ones that go out are sent plain.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Zstd {
  /** Bodies in work at once, each way; one takes up to some windows of 8 MiB. */
  static final int AT_ONCE = 4;

  static final long WAIT_MS = 5_000;

  private final Semaphore decoding = new Semaphore(AT_ONCE, true);
  private final Semaphore encoding = new Semaphore(AT_ONCE);

  /** Returns true if an Accept-Encoding field takes zstd (RFC 9110, 12.5.3); null is no field. */
  static boolean isAccepted(String field) {
    if (field == null) {
      return false;
    }
    for (String element : field.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = element.split(";", -1);
      if (parts[0].strip().equals("zstd")) {
        return parts.length == 1 || !parts[1].strip().matches("q\\s*=\\s*0(\\.0{0,3})?");
      }
    }
    return false;
  }

  /** A place to decode in; closing it gives it back. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes a place.
   *
   * @return null if there is none in time
   */
  Place place() throws InterruptedException {
    return decoding.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS) ? decoding::release : null;
  }

  /**
   * The plain bytes of an encoded stream. Hold a {@link #place} while it is read.
   *
   * @return a stream whose methods throw {@link BadEncodingException}
   */
  static InputStream decode(InputStream encoded) {
    return new FilterInputStream(new ZstdInputStream(new ZstdFrames(encoded))) {
      @Override
      public int read(byte[] into, int offset, int most) throws IOException {
        try {
          return in.read(into, offset, most);
        } catch (BadEncodingException | ProblemException e) {
          throw e;
        } catch (IOException | RuntimeException e) {
          throw new BadEncodingException("the body is not zstd: " + e.getMessage());
        }
      }
    };
  }

  /** Takes a place to encode in, if there is one; {@link #endEncoding} gives it back. */
  boolean beginEncoding() {
    return encoding.tryAcquire();
  }

  void endEncoding() {
    encoding.release();
  }

  /**
   * Writes a stream encoded.
   *
   * @param size of the stream, in bytes
   * @throws IOException also if it is shorter; then the frame that was begun has no end
   */
  static void encode(InputStream plain, long size, OutputStream to) throws IOException {
    var encoder = new ZstdOutputStream(new LeftOpen(to));
    BoundedStream.exactly(plain, size).transferTo(encoder);
    encoder.close(); // only now: a frame that ends is taken for all there is
  }

  /** Closing the encoder writes its end; the answer is not the encoder's to close. */
  private static final class LeftOpen extends FilterOutputStream {
    LeftOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
