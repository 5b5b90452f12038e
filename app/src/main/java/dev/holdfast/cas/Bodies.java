package dev.holdfast.cas;

import dev.holdfast.files.FileService;
import dev.holdfast.files.Upload;
import dev.holdfast.http.RequestBody;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * The plain bytes of the body of a request, whichever way it is encoded. An encoded one comes in
 * whole before it is decoded: however slowly clients send, no decoder waits for them.
 *
 * <p>Threading: may be used from any number of threads.
 */
record Bodies(FileService files, Zstd zstd) {
  /** How a body is encoded. */
  enum Coding {
    PLAIN,
    ZSTD,
    /** In a way that is not decoded here. */
    OTHER
  }

  static Coding coding(Context ctx) {
    String field = ctx.header("Content-Encoding");
    return switch (field == null ? "" : field.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> Coding.PLAIN;
      case "zstd" -> Coding.ZSTD;
      default -> Coding.OTHER;
    };
  }

  /** The length of the plain bytes, or -1 if it is not known before they are decoded. */
  static long length(Context ctx) {
    return coding(ctx) == Coding.PLAIN ? ctx.req().getContentLengthLong() : -1;
  }

  /**
   * Reads the plain bytes to their end.
   *
   * @return false if there is no place to decode them in
   * @throws BadEncodingException if they are not encoded as the request says
   */
  boolean read(Context ctx, long bytesMax, RequestBody.Sink sink)
      throws IOException, InterruptedException {
    InputStream body = RequestBody.open(ctx);
    long length = ctx.req().getContentLengthLong();
    if (coding(ctx) != Coding.ZSTD) {
      RequestBody.copy(body, length, bytesMax, sink);
      return true;
    }
    try (Upload encoded = files.upload(length, Upload.Digest.NONE)) {
      RequestBody.copy(body, length, bytesMax, encoded::write);
      encoded.end();
      return decode(encoded, bytesMax, sink);
    }
  }

  private boolean decode(Upload encoded, long bytesMax, RequestBody.Sink sink)
      throws IOException, InterruptedException {
    try (Zstd.Place place = zstd.place()) {
      if (place == null) {
        return false;
      }
      try (InputStream bytes = encoded.open()) {
        RequestBody.copy(Zstd.decode(bytes), -1, bytesMax, sink);
      }
      return true;
    }
  }
}
