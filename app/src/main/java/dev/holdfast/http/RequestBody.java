package dev.holdfast.http;

import dev.holdfast.streams.BoundedStream;
import io.javalin.http.Context;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * The body of a request, read as it comes. If it breaks off or comes too slowly, the stream throws
 * an exception and never just ends.
 *
 * <p>Threading: for one thread at a time.
 */
public final class RequestBody {
  /** The answer to a body that breaks off. */
  static final Problem BROKEN_OFF =
      Problem.of(400, "the body ended before its announced length; nothing was changed")
          .with("Connection", "close");

  private static final int BUFFER_BYTES = 16 * 1024;

  private RequestBody() {}

  /** Takes the bytes of a body. */
  public interface Sink {
    /** Takes the next bytes, and must not keep the array. */
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /**
   * Opens the body.
   *
   * @return a stream whose methods throw a {@link ProblemException}: 400 when the body ends before
   *     its announced length or its last chunk, 408 when it comes too slowly
   */
  public static InputStream open(Context ctx) throws IOException {
    RequestPlace.requireForBody();
    long length = ctx.req().getContentLengthLong();
    InputStream timed = timed(ctx, length);
    return length < 0 ? timed : BoundedStream.exactly(timed, length, BROKEN_OFF::asException);
  }

  /**
   * Refuses a body that is a part of something (RFC 9110, 14.5), or that is announced longer than
   * the limit. Reads nothing of it.
   *
   * @param what the thing that has to be put whole, such as "a file"
   * @throws ProblemException 400, or 413
   */
  public static void requireWhole(Exchange asked, String what, long bytesMax) {
    if (asked.header("Content-Range").isPresent()) {
      throw Problem.of(400, what + " is put whole: Content-Range is not supported (RFC 9110, 14.5)")
          .asException();
    }
    if (asked.length() > bytesMax) {
      throw tooLarge(bytesMax);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param length its length in bytes, or -1 if that is not known
   * @throws ProblemException 413 if it is longer than the limit. Exceptions of the sink go through
   */
  public static void copy(InputStream in, long length, long bytesMax, Sink sink)
      throws IOException {
    InputStream bounded = BoundedStream.atMost(in, bytesMax, () -> tooLarge(bytesMax));
    var buffer = new byte[Math.clamp(length < 0 ? BUFFER_BYTES : length, 1, BUFFER_BYTES)];
    for (int n = bounded.read(buffer); n >= 0; n = bounded.read(buffer)) {
      sink.write(buffer, 0, n);
    }
  }

  /**
   * Reads the rest of a rejected body. If it is longer than the limit, breaks off or comes too
   * slowly, its connection ends with it.
   */
  static void drop(Context ctx, long bytesMax) throws IOException {
    try {
      copy(timed(ctx, -1), -1, bytesMax, (_, _, _) -> {});
    } catch (ProblemException ended) {
      // Going on is safe: the answer has been sent.
    }
  }

  private static InputStream timed(Context ctx, long length) throws IOException {
    Request request = ServletContextRequest.getServletContextRequest(ctx.req());
    return new Timed(ctx.req().getInputStream(), length, new BodyTimer(request));
  }

  static ProblemException tooLarge(long bytesMax) {
    return Problem.of(413, "the body is longer than the limit of " + bytesMax + " bytes")
        .asException();
  }

  /** Times each read of a body. */
  private static final class Timed extends FilterInputStream {
    private final long length;
    private final BodyTimer timer;
    private long size;

    /**
     * @param length what is known of the body's length in bytes, or -1
     */
    Timed(InputStream in, long length, BodyTimer timer) {
      super(in);
      this.length = length;
      this.timer = timer;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads some bytes. A client that breaks off shows as an exception of either kind, or as an
     * end.
     */
    @Override
    public int read(byte[] into, int offset, int most) {
      int n;
      timer.begin(size);
      try {
        n = in.read(into, offset, most);
      } catch (IOException | RuntimeException e) {
        throw timer.problem(e).asException();
      }
      size += Math.max(0, n);
      boolean isInTime = timer.end(size);
      if (n >= 0 && !isInTime && size != length) { // a body that is whole has come in time
        throw timer.tooSlow().asException();
      }
      return n;
    }
  }
}
