package dev.holdfast.fileserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every request through the server; the package comment lists the steps.
 *
 * <p>Threading: each request runs on a virtual thread of its own. The bound on connections bounds
 * these threads.
 */
final class ApiHandler extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);
  private static final String COUNTS_PATH = "/stand-in/counts";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Go's {@code rstAvoidanceDelay}. */
  private static final long LINGER_MS = 500;

  private final long latencyMs;
  private final boolean abandonedRuns;
  private final Semaphore places;
  private final Turns turns;
  private final Volume volume;
  private final Tally tally;
  private final Troubles troubles;
  private final Object runningLock = new Object();

  /** The threads of requests in progress. Guarded by runningLock. */
  private final Set<Thread> running = new HashSet<>();

  private final CountDownLatch stopping = new CountDownLatch(1);

  ApiHandler(FileServerConfig config, Turns turns, Volume volume, Tally tally, Troubles troubles) {
    this.latencyMs = config.latencyMs();
    this.abandonedRuns = config.faults().has(Fault.ABANDONED_RUNS);
    this.places = new Semaphore(config.inFlightMax());
    this.turns = turns;
    this.volume = volume;
    this.tally = tally;
    this.troubles = troubles;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var reply = new Reply(request, response);
    var upload = new Upload(request, troubles, () -> stopping.getCount() == 0);
    try {
      begin();
      dispatch(request, upload, reply);
      finish(upload, reply, callback);
    } catch (ConnectionCut e) {
      reply.cut(e, callback);
    } catch (IOException e) {
      log.debug("client left during {} {}", request.getMethod(), request.getHttpURI(), e);
      reply.cut(new ConnectionCut("the client has left"), callback);
    } catch (InterruptedException e) {
      reply.cut(new ConnectionCut("the server stops"), callback);
    } finally {
      end();
    }
    return true;
  }

  /** Ends requests that sleep, and lets no other begin. */
  void stopping() {
    stopping.countDown();
  }

  /** Ends requests that wait for each other for good. Call it after {@link #stopping}. */
  void interruptRequests() {
    synchronized (runningLock) {
      running.forEach(Thread::interrupt);
    }
  }

  private void begin() throws InterruptedException {
    synchronized (runningLock) {
      if (stopping.getCount() == 0) {
        throw new InterruptedException("the server stops");
      }
      running.add(Thread.currentThread());
    }
  }

  /**
   * Removes this thread from the interruptible ones. Jetty uses it again, even as its selector: no
   * interrupt may reach it there.
   */
  private void end() {
    synchronized (runningLock) {
      running.remove(Thread.currentThread());
      var _ = Thread.interrupted();
    }
  }

  private void finish(Upload upload, Reply reply, Callback callback)
      throws IOException, InterruptedException {
    if (upload.drain()) {
      reply.finish(callback);
      return;
    }
    reply.finishLast();
    // Closing at once would reset the connection, and the client could lose the answer with it.
    var _ = stopping.await(LINGER_MS, TimeUnit.MILLISECONDS);
    callback.succeeded();
  }

  private void dispatch(Request request, Upload upload, Reply reply)
      throws IOException, InterruptedException {
    String rawPath = request.getHttpURI().getPath();
    if (rawPath.equals(COUNTS_PATH) && request.getMethod().equals("GET")) {
      reply.contentType("application/json");
      reply.write(JSON.writeValueAsString(tally.snapshot()));
      return;
    }
    Optional<String> path = GoPath.decode(rawPath);
    if (path.isEmpty()) {
      // net/http refuses it before the program sees it.
      reply.status(400);
      reply.contentType(Reply.TEXT);
      reply.header("Connection", "close");
      reply.write("400 Bad Request");
      return;
    }
    var route = Route.of(request.getMethod(), path.get());
    tally.arrived(route, upload.chunked());
    try {
      admit(route, request, upload, reply);
    } finally {
      tally.left(route);
    }
  }

  private void admit(Route route, Request request, Upload upload, Reply reply)
      throws IOException, InterruptedException {
    if (troubles.isOn(Trouble.ANSWER_429) || !places.tryAcquire()) {
      tally.refused();
      reply.error(429, "Too many requests. Slow down.");
      return;
    }
    try {
      if (route instanceof Route.File file) {
        takeTurn(file, upload, reply);
      } else {
        waitLatency();
        answerOther(route, request, reply);
      }
    } finally {
      places.release();
    }
  }

  private void takeTurn(Route.File file, Upload upload, Reply reply)
      throws IOException, InterruptedException {
    Turns.Turn turn = turns.take(file.verb(), file.name());
    try {
      waitLatency();
      if (troubles.isOn(Trouble.ANSWER_500)) {
        reply.error(500, "Internal Server Error");
        return;
      }
      turn.begin();
      serve(file, upload, reply);
    } finally {
      turn.end();
    }
  }

  private void waitLatency() throws InterruptedException {
    troubles.awaitNoHang();
    if (stopping.await(latencyMs + troubles.takeExtraMs(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("the server stops");
    }
  }

  private void serve(Route.File file, Upload upload, Reply reply) throws IOException {
    // A body that is still unread hides the end of the connection. So a PUT looks after its body.
    if (!abandonedRuns && file.verb() != Verb.PUT && reply.clientGone()) {
      throw new ConnectionCut("the client has given up");
    }
    try {
      switch (file.verb()) {
        case GET -> volume.get(file.name(), reply);
        case PUT -> volume.put(file.name(), upload, reply);
        case DELETE -> volume.delete(file.name(), reply);
      }
    } catch (OpenFailure e) {
      reply.error(500, e.getMessage());
    }
    upload.requireNotCut();
  }

  private void answerOther(Route route, Request request, Reply reply) throws IOException {
    switch (route) {
      case Route.Redirect(String path) -> redirect(path, request, reply);
      case Route.Options() -> reply.header("Allow", Route.ALLOW);
      case Route.NotAllowed() -> {
        reply.header("Allow", Route.ALLOW);
        reply.error(405, "Method Not Allowed");
      }
      case Route.NotFound() -> reply.error(404, "404 page not found");
      case Route.File file -> throw new IllegalArgumentException("has a turn to take: " + file);
    }
  }

  private static void redirect(String path, Request request, Reply reply) throws IOException {
    String query = request.getHttpURI().getQuery();
    String location = GoPath.clean(GoPath.escape(path)) + (query == null ? "" : "?" + query);
    reply.header("Location", location);
    if (!request.getMethod().equals("GET")) {
      reply.status(307);
      return;
    }
    reply.status(301);
    reply.contentType("text/html; charset=utf-8");
    reply.write("<a href=\"" + location.replace("&", "&amp;") + "\">Moved Permanently</a>.\n\n");
  }
}
