package dev.holdfast.http;

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
    Request request = ServletContextRequest.getServletContextRequest(ctx.req());
    return new Whole(
        ctx.req().getInputStream(), ctx.req().getContentLengthLong(), new BodyTimer(request));
  }

  /**
   * Refuses a body whose announced length is beyond the limit, before it is read.
   *
   * @throws ProblemException 413
   */
  public static void requireAtMost(Context ctx, long bytesMax) {
    if (ctx.req().getContentLengthLong() > bytesMax) {
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
    var buffer = new byte[Math.clamp(length < 0 ? BUFFER_BYTES : length, 1, BUFFER_BYTES)];
    long size = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      size += n;
      if (size > bytesMax) {
        throw tooLarge(bytesMax);
      }
      sink.write(buffer, 0, n);
    }
  }

  /**
   * Reads the rest of a rejected body. If it is longer than the limit, breaks off or comes too
   * slowly, its connection ends with it.
   */
  static void drop(Context ctx, long bytesMax) throws IOException {
    var timer = new BodyTimer(ServletContextRequest.getServletContextRequest(ctx.req()));
    try {
      copy(new Whole(ctx.req().getInputStream(), -1, timer), -1, bytesMax, (_, _, _) -> {});
    } catch (ProblemException ended) {
      // Going on is safe: the answer has been sent.
    }
  }

  static ProblemException tooLarge(long bytesMax) {
    return Problem.of(413, "the body is longer than the limit of " + bytesMax + " bytes")
        .asException();
  }

  private static final class Whole extends FilterInputStream {
    private final long length;
    private final BodyTimer timer;
    private long size;

    Whole(InputStream in, long length, BodyTimer timer) {
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
      if (n < 0 && length >= 0 && size != length) {
        throw BROKEN_OFF.asException();
      }
      if (!timer.end(size) && size != length) {
        throw timer.tooSlow().asException();
      }
      return n;
    }
  }
}
