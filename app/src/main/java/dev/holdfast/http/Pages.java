package dev.holdfast.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;

/**
 * What can be read and is no file, such as a status: GET, and HEAD, which says the same without a
 * body (RFC 9110, 9.3.2). Javalin by itself answers HEAD with an empty text.
 */
public final class Pages {
  private Pages() {}

  /** Adds a page. The handler answers both methods: with {@link #answer}, or heeding HEAD. */
  public static void add(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  /**
   * Answers with a body that is at hand, in one write.
   *
   * @param body others may share it; it is not changed
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

  /** Returns true if the body is not wanted. */
  public static boolean isHead(Context ctx) {
    return ctx.req().getMethod().equals("HEAD");
  }
}
