package dev.holdfast.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;

/**
 * Pages that are not files, such as a status. GET reads them; HEAD says the same without a body
 * (RFC 9110, 9.3.2). Javalin by itself answers HEAD with an empty text.
 */
public final class Pages {
  private Pages() {}

  /**
   * Adds a page. The handler answers both methods, with {@link #answer}, or by looking for HEAD
   * itself.
   */
  public static void add(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  /**
   * Answers with this body, in one write.
   *
   * @param body the bytes, which others may share; this does not change them
   */
  public static void answer(Context ctx, String type, byte[] body) throws IOException {
    HttpService.contentType(ctx, type);
    ctx.res().setContentLength(body.length);
    if (!isHead(ctx)) {
      ctx.res().getOutputStream().write(body);
    }
  }

  /** Answers OPTIONS: 204 and the methods that a path knows, such as {@code GET, HEAD}. */
  public static void options(Context ctx, String allow) {
    ctx.status(204).header("Allow", allow);
    ctx.res().setContentType(null);
  }

  /** Returns true if the client does not want the body. */
  public static boolean isHead(Context ctx) {
    return ctx.req().getMethod().equals("HEAD");
  }
}
