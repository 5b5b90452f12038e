package dev.holdfast.files.http;

import dev.holdfast.http.ByteRange;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Answers a read with the file itself, as nginx would: for requests that nginx does not answer. */
public final class SendFile {
  private static final int BUFFER_BYTES = 64 * 1024;

  private SendFile() {}

  /** Answers with the file, a part of it, or what the conditions of the request ask for. */
  public static void send(Context ctx, Description file, InputStream bytes) throws IOException {
    if (!isAnsweredByConditions(ctx, file)) {
      sendAsked(ctx, file, bytes);
    }
  }

  /**
   * Answers 304 if the client has the file already.
   *
   * @return false if the file is to be sent
   * @throws dev.holdfast.http.ProblemException 412 if it is not the file that the client expects
   */
  public static boolean isAnsweredByConditions(Context ctx, Description file) throws IOException {
    return switch (Conditions.ofRead(ctx, file.etag())) {
      case PRECONDITION_FAILED ->
          throw Problem.of(412, "the file is not in the state that the request asks for")
              .asException();
      case NOT_MODIFIED -> {
        describe(ctx, file);
        ctx.status(304);
        // Else the answer says that the length is 0, and a cache believes it of its own copy: only
        // the length of the file could stand there (RFC 9110, 8.6).
        flush(ctx);
        yield true;
      }
      case FILE -> false;
    };
  }

  /** Sends the header of the answer as it is now, without a length that nobody has set. */
  public static void flush(Context ctx) throws IOException {
    ctx.res().flushBuffer();
  }

  private static void describe(Context ctx, Description file) {
    file.addTo(ctx);
    ctx.header("Accept-Ranges", "bytes");
  }

  private static void sendAsked(Context ctx, Description file, InputStream bytes)
      throws IOException {
    String ifRange = ctx.header("If-Range");
    boolean ranged = ifRange == null || ifRange.strip().equals(file.etag());
    switch (ByteRange.parse(ranged ? ByteRange.field(ctx) : null, file.size())) {
      case ByteRange.Asked.Whole _ -> {
        describe(ctx, file);
        copy(ctx, bytes, file.size());
      }
      case ByteRange.Asked.Part(ByteRange range) -> {
        describe(ctx, file);
        ctx.status(206)
            .header(
                "Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + file.size());
        bytes.skipNBytes(range.first());
        copy(ctx, bytes, range.length());
      }
      case ByteRange.Asked.Unsatisfiable _ ->
          HttpService.answer(
              ctx,
              Problem.of(416, "the file has " + file.size() + " bytes")
                  .with("Content-Range", "bytes */" + file.size()));
    }
  }

  private static void copy(Context ctx, InputStream bytes, long length) throws IOException {
    ctx.res().setContentLengthLong(length);
    if (ctx.req().getMethod().equals("HEAD")) {
      return;
    }
    OutputStream out = ctx.res().getOutputStream();
    var buffer = new byte[Math.clamp(length, 1, BUFFER_BYTES)];
    long left = length;
    while (left > 0) {
      int n = bytes.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (n < 0) {
        throw new IOException("a published file is shorter than it was: " + ctx.path());
      }
      out.write(buffer, 0, n);
      left -= n;
    }
  }
}
