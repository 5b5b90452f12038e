package dev.holdfast.files;

import dev.holdfast.http.ByteRange;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Problem;
import dev.holdfast.staging.Content;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Answers a read with the file itself, as nginx would: for requests that come without nginx. */
final class SendFile {
  /** The type of every file, as the file server gives it. */
  static final String FILE_TYPE = "application/octet-stream";

  private static final int BUFFER_BYTES = 64 * 1024;

  private SendFile() {}

  private static void describe(Context ctx, Content content) {
    HttpService.contentType(ctx, FILE_TYPE);
    ctx.header("ETag", content.etag())
        .header("Accept-Ranges", "bytes")
        .header("Cache-Control", "no-cache")
        .header("X-Content-Type-Options", "nosniff");
  }

  /** Answers with the file, a part of it, or what the conditions of the request ask for. */
  static void send(Context ctx, Content content, InputStream bytes) throws IOException {
    switch (Conditions.ofRead(ctx, content.etag())) {
      case PRECONDITION_FAILED ->
          throw Problem.of(412, "the file is not in the state that the request asks for")
              .asException();
      case NOT_MODIFIED -> {
        describe(ctx, content);
        ctx.status(304);
      }
      case FILE -> sendAsked(ctx, content, bytes);
    }
  }

  private static void sendAsked(Context ctx, Content content, InputStream bytes)
      throws IOException {
    String ifRange = ctx.header("If-Range");
    boolean ranged = ifRange == null || ifRange.strip().equals(content.etag());
    switch (ByteRange.parse(ranged ? ctx.header("Range") : null, content.size())) {
      case ByteRange.Asked.Whole _ -> {
        describe(ctx, content);
        copy(ctx, bytes, content.size());
      }
      case ByteRange.Asked.Part(ByteRange range) -> {
        describe(ctx, content);
        ctx.status(206)
            .header(
                "Content-Range",
                "bytes " + range.first() + "-" + range.last() + "/" + content.size());
        bytes.skipNBytes(range.first());
        copy(ctx, bytes, range.length());
      }
      case ByteRange.Asked.Unsatisfiable _ ->
          HttpService.answer(
              ctx,
              Problem.of(416, "the file has " + content.size() + " bytes")
                  .with("Content-Range", "bytes */" + content.size()));
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
