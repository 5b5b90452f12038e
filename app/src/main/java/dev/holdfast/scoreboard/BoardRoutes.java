package dev.holdfast.scoreboard;

import dev.holdfast.http.HttpService;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of the live page.
 *
 * <ul>
 *   <li>{@code GET /}: the page.
 *   <li>{@code GET /board}: the newest state in JSON.
 *   <li>{@code GET /events}: each state as it comes, as server-sent events (WHATWG HTML, 9.2).
 * </ul>
 *
 * <p>Threading: may be used from any number of threads.
 */
final class BoardRoutes {
  private static final Logger log = LoggerFactory.getLogger(BoardRoutes.class);

  /**
   * The longest time of one stream, in milliseconds. The page asks again when it ends, so no page
   * holds its place for good.
   */
  static final long STREAM_MS_MAX = 600_000;

  /** How long a page waits before it asks again, in milliseconds. */
  private static final int RETRY_MS = 1_000;

  private static final long STATE_WAIT_MS = 10_000;
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src"
          + " 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final LatestBoard latest;
  private final Semaphore viewers;
  private final int viewersMax;

  BoardRoutes(LatestBoard latest, int viewersMax) {
    this.latest = latest;
    this.viewers = new Semaphore(viewersMax);
    this.viewersMax = viewersMax;
  }

  void addTo(RoutesConfig routes) {
    asset(routes, "/", "live.html", "text/html;charset=utf-8");
    asset(routes, "/board.css", "board.css", "text/css;charset=utf-8");
    asset(routes, "/shared.js", "shared.js", "text/javascript;charset=utf-8");
    asset(routes, "/live.js", "live.js", "text/javascript;charset=utf-8");
    asset(routes, "/plot.js", Assets.PLOT_SCRIPT, "text/javascript;charset=utf-8");
    asset(routes, "/plot.css", Assets.PLOT_STYLE, "text/css;charset=utf-8");
    Pages.add(routes, "/board", this::board);
    Pages.add(routes, "/events", this::events);
  }

  private static void asset(RoutesConfig routes, String path, String name, String type) {
    byte[] content = Assets.text(name).getBytes(StandardCharsets.UTF_8);
    Pages.add(routes, path, ctx -> answer(ctx, type, content));
  }

  private static void answer(Context ctx, String type, byte[] content) throws IOException {
    ctx.header("Cache-Control", "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", POLICY);
    Pages.answer(ctx, type, content);
  }

  private void board(Context ctx) throws IOException, InterruptedException {
    LatestBoard.Numbered state =
        latest
            .after(0, STATE_WAIT_MS)
            .orElseThrow(() -> Problem.unavailable("nothing is there yet").asException());
    answer(ctx, "application/json", state.json().getBytes(StandardCharsets.UTF_8));
  }

  private void events(Context ctx) throws IOException, InterruptedException {
    if (Pages.isHead(ctx)) {
      describeStream(ctx);
      ctx.res().flushBuffer(); // else the answer says that the length is 0
      return;
    }
    if (!viewers.tryAcquire()) {
      throw Problem.unavailable(viewersMax + " pages are open, and no more are served", 5)
          .asException();
    }
    try {
      describeStream(ctx);
      stream(ctx.res().getOutputStream());
    } catch (IOException e) {
      log.debug("a viewer left", e);
    } finally {
      viewers.release();
    }
  }

  private static void describeStream(Context ctx) {
    HttpService.contentType(ctx, "text/event-stream");
    ctx.header("Cache-Control", "no-store")
        .header("X-Accel-Buffering", "no")
        .header("Connection", "close"); // a stop would wait for the page to close it
  }

  private void stream(OutputStream out) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STREAM_MS_MAX);
    out.write(("retry: " + RETRY_MS + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    long number = 0;
    while (System.nanoTime() - end < 0) {
      Optional<LatestBoard.Numbered> next = latest.after(number, STATE_WAIT_MS);
      if (next.isEmpty()) {
        return;
      }
      number = next.get().number();
      out.write(("data: " + next.get().json() + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
