package dev.holdfast.files.http;

import dev.holdfast.http.HttpService;
import io.javalin.http.Context;

/**
 * The description of a file in the header of an answer.
 *
 * @param etag its entity tag, in quotes
 * @param size its length in bytes
 * @param cacheControl how long it may be kept
 * @param vary the request headers that it depends on; empty if there is none
 */
public record Description(String etag, long size, String cacheControl, String vary) {
  /** The type of every file, as the file server gives it. */
  static final String FILE_TYPE = "application/octet-stream";

  /** Sets the headers. */
  public void addTo(Context ctx) {
    HttpService.contentType(ctx, FILE_TYPE);
    ctx.header("ETag", etag)
        .header("Cache-Control", cacheControl)
        .header("X-Content-Type-Options", "nosniff");
    if (!vary.isEmpty()) {
      ctx.header("Vary", vary);
    }
  }
}
