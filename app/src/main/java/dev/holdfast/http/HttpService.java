package dev.holdfast.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.metrics.RequestMeters;
import dev.holdfast.metrics.Scrape;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HTTP service. It answers {@code GET /health} and {@code GET /metrics} itself.
 *
 * <p>Threading: Jetty accepts and reads on platform threads of its own. A request that {@link
 * QuickAnswers} do not take runs on a virtual thread; {@link HttpLimits} bounds how many there are.
 */
public final class HttpService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpService.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The attribute of a request that writes although its method does not say so. */
  private static final String WRITE = HttpService.class.getName() + ".write";

  /** The path that tells if a service is ready. */
  static final String HEALTH = "/health";

  /** The path of a service's meters. */
  static final String METRICS = "/metrics";

  /** How much of a rejected body is read, so that the client still reads the answer. */
  private static final long DROPPED_BYTES_MAX = 64L * 1024 * 1024;

  /** Answers of 5xx that are logged in a second; further ones are left out. */
  private static final int ERRORS_LOGGED_PER_SECOND_MAX = 10;

  /** The errors of all services of the process, which share one log. */
  private static final ServerErrors errors =
      new ServerErrors(log, ERRORS_LOGGED_PER_SECOND_MAX, System::nanoTime);

  /**
   * How long a connection may be silent while a service stops, in milliseconds. It is a quarter of
   * the time to stop at most: a connection with an answer that the client does not take is silent
   * twice.
   */
  private static final long SHUTDOWN_IDLE_MS_MAX = 1_000;

  private final Javalin javalin;

  private HttpService(Javalin javalin) {
    this.javalin = javalin;
  }

  /**
   * Starts a service that answers nothing at once.
   *
   * @param host the address to listen on
   * @param port the port to listen on, 0 to 65535; 0 takes a free one
   * @param ready decides about {@code GET /health}: 200 if true, 503 if not
   * @param scrape the meters of {@code GET /metrics}, which count the requests
   * @param routes adds the routes of the service
   * @throws BindException if the port is taken or the address is not of this machine
   */
  public static HttpService start(
      String host,
      int port,
      HttpLimits limits,
      Readiness ready,
      Scrape scrape,
      Consumer<RoutesConfig> routes)
      throws IOException {
    return start(host, port, limits, ready, scrape, QuickAnswers.NONE, routes);
  }

  /**
   * Starts a service; it accepts requests when this returns.
   *
   * @param host the address to listen on
   * @param port the port to listen on, 0 to 65535; 0 takes a free one
   * @param ready decides about {@code GET /health}: 200 if true, 503 if not
   * @param scrape the meters of {@code GET /metrics}, which count the requests
   * @param quick is asked first
   * @param routes adds the routes of the service
   * @throws BindException if the port is taken or the address is not of this machine
   */
  public static HttpService start(
      String host,
      int port,
      HttpLimits limits,
      Readiness ready,
      Scrape scrape,
      QuickAnswers quick,
      Consumer<RoutesConfig> routes)
      throws IOException {
    Descriptors.openForVirtualThreads();
    var javalin =
        Javalin.create(
            config -> {
              configure(config, limits, scrape.requests(), quick);
              config.jetty.addConnector(
                  (server, http) -> connector(server, http, host, port, limits));
              Pages.add(config.routes, HEALTH, ctx -> answerHealth(ctx, ready));
              Pages.add(config.routes, METRICS, ctx -> answerMetrics(ctx, scrape));
              new ExceptionAnswers(errors).addTo(config.routes);
              routes.accept(config.routes);
            });
    try {
      javalin.start();
    } catch (RuntimeException e) {
      stopQuietly(javalin);
      throw bindFailure(e, host, port);
    }
    return new HttpService(javalin);
  }

  /** Returns the port that the service listens on, 1 to 65535. */
  public int port() {
    return javalin.port();
  }

  /**
   * Stops. Accepts no more requests, and lets requests in progress end within the stop time-out.
   */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (JavalinException e) {
      log.warn("requests in progress did not end in time and were cut off", e);
    }
  }

  /**
   * Answers with a problem. Sends it before it reads the rest of the request's body, so that a
   * client gets it that waits for the answer with its body. Logs a problem of 5xx.
   */
  public static void answer(Context ctx, Problem problem) {
    logServerError(ctx, problem);
    send(ctx, problem);
  }

  /**
   * Answers with a problem in place of an answer that may have begun. Drops the headers of that
   * one. If a part of it has been sent, closes the connection instead.
   */
  public static void answerInstead(Context ctx, Problem problem) {
    logServerError(ctx, problem);
    sendInstead(ctx, problem);
  }

  private static void logServerError(Context ctx, Problem problem) {
    if (problem.status() >= 500) {
      errors.answered(problem.status(), method(ctx), target(ctx), problem.detail());
    }
  }

  /**
   * Marks a request as a write, whatever its method: error answers to it then name their effect.
   */
  public static void isWrite(Context ctx) {
    ctx.attribute(WRITE, true);
  }

  private static void send(Context ctx, Problem found) {
    boolean isWrite = Effect.isWrite(method(ctx)) || ctx.attribute(WRITE) != null;
    Problem problem = isWrite ? found.forWrite() : found;
    RequestId.current().ifPresent(id -> ctx.header(RequestId.HEADER, id));
    problem.headers().forEach(ctx::header);
    ctx.header("Cache-Control", "no-store").header("X-Content-Type-Options", "nosniff");
    ctx.status(problem.status());
    contentType(ctx, Problem.CONTENT_TYPE);
    byte[] body = problem.body().getBytes(StandardCharsets.UTF_8);
    if (isBodyLeft(ctx)) {
      sendBeforeBody(ctx, body);
    } else {
      ctx.result(body);
    }
  }

  /**
   * Sets the content type without the charset that Javalin gives every answer. A media type without
   * that parameter must not get it.
   */
  public static void contentType(Context ctx, String type) {
    ctx.res().setCharacterEncoding(null);
    ctx.res().setContentType(type);
  }

  private static void configure(
      JavalinConfig config, HttpLimits limits, RequestMeters meters, QuickAnswers quick) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.generateEtags = false;
    config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    config.http.defaultContentType = "text/plain;charset=utf-8";
    config.router.ignoreTrailingSlashes = false;
    config.router.treatMultipleSlashesAsSingleSlash = false;
    config.router.caseInsensitiveRoutes = false;
    config.jetty.threadPool = new JettyThreads();
    config.jetty.modifyServletContextHandler(
        context -> context.getServletHandler().setDecodeAmbiguousURIs(true));
    config.jetty.modifyHttpConfiguration(HttpService::configureHttp);
    config.jetty.modifyServer(server -> configureServer(server, limits, meters, quick));
  }

  private static void configureHttp(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(16 * 1024);
    http.setHttpCompliance(HttpCompliance.RFC7230);
    // The services decode and check names from the raw path: a name is never a path. %u0041 stays
    // refused: it is not an encoding of a URI, and Javalin fails over it.
    http.setUriCompliance(
        new UriCompliance(
            "names",
            EnumSet.complementOf(
                EnumSet.of(
                    UriCompliance.Violation.USER_INFO,
                    UriCompliance.Violation.FRAGMENT,
                    UriCompliance.Violation.UTF16_ENCODINGS))));
    http.addCustomizer(new StripMethodOverride());
  }

  private static void configureServer(
      Server server, HttpLimits limits, RequestMeters meters, QuickAnswers quick) {
    server.setRequestLog(new RequestTimes(meters));
    server.setErrorHandler(new ProblemErrorHandler(errors));
    server.setStopTimeout(limits.stopTimeoutMs());
    server.addBean(
        new NetworkConnectionLimit(Descriptors.connectionsMax(limits.connectionsMax()), server));
    server.setAttribute(BodyTimer.PACE, limits.bodyPace());
    server.insertHandler(new Places(limits));
    server.insertHandler(new RequestId.Setter());
    server.insertHandler(new QuickHandler(quick, errors));
    server.insertHandler(new GracefulHandler());
  }

  private static ServerConnector connector(
      Server server, HttpConfiguration http, String host, int port, HttpLimits limits) {
    var connector = new Acceptor(server, new ExactTargets(http), log);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(limits.idleTimeoutMs());
    connector.setShutdownIdleTimeout(Math.min(SHUTDOWN_IDLE_MS_MAX, limits.stopTimeoutMs() / 4));
    connector.setAcceptQueueSize(1024);
    connector.setReuseAddress(true);
    return connector;
  }

  private static void answerHealth(Context ctx, Readiness readiness) throws IOException {
    boolean isReady = readiness.isReady();
    ctx.status(isReady ? 200 : 503).header("Cache-Control", "no-store");
    String said = isReady ? "{\"status\": \"healthy\"}" : notReady(readiness.trouble());
    Pages.answer(ctx, "application/json", said.getBytes(StandardCharsets.UTF_8));
  }

  private static String notReady(Optional<String> trouble) throws IOException {
    return trouble.isEmpty()
        ? "{\"status\": \"not ready\"}"
        : "{\"status\": \"not ready\", \"trouble\": %s}"
            .formatted(JSON.writeValueAsString(trouble.get()));
  }

  private static void answerMetrics(Context ctx, Scrape scrape) throws IOException {
    ctx.header("Cache-Control", "no-store");
    Pages.answer(ctx, Scrape.CONTENT_TYPE, scrape.text().getBytes(StandardCharsets.UTF_8));
  }

  /** The same without a line in the log. */
  static void sendInstead(Context ctx, Problem problem) {
    if (ctx.res().isCommitted()) {
      cut(ctx);
    } else {
      ctx.res().reset(); // drops the begun answer
      send(ctx, problem);
    }
  }

  static String method(Context ctx) {
    return ctx.req().getMethod();
  }

  /** Returns the target as the client wrote it. No byte of it can end a line of the log. */
  static String target(Context ctx) {
    return ctx.req().getRequestURI();
  }

  /**
   * Closes the connection of an answer that has begun and cannot be completed. The client would
   * take anything written now for a part of its body.
   */
  private static void cut(Context ctx) {
    ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close();
  }

  /**
   * Returns true if a rest of the body is still to come. A client that waits for 100 (Continue) has
   * sent nothing, and nobody asks it to.
   */
  private static boolean isBodyLeft(Context ctx) {
    long length = ctx.req().getContentLengthLong();
    boolean announced = length > 0 || ctx.header("Transfer-Encoding") != null;
    return announced
        && ctx.header("Expect") == null
        && !"close".equals(ctx.res().getHeader("Connection"));
  }

  /**
   * Sends an answer whole and then reads the rest of the body. So a peer that is still sending
   * reads the answer, and not a reset connection. Jetty does not wait for bytes that are unread by
   * then: it closes the connection.
   */
  private static void sendBeforeBody(Context ctx, byte[] answer) {
    try {
      ctx.res().setContentLength(answer.length);
      ctx.res().getOutputStream().write(answer);
      ctx.res().flushBuffer();
      RequestBody.drop(ctx, DROPPED_BYTES_MAX);
    } catch (IOException | IllegalStateException e) {
      log.debug("the rest of the body could not be read", e);
    }
  }

  private static IOException bindFailure(RuntimeException e, String host, int port) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException
          || cause instanceof java.nio.channels.UnresolvedAddressException) {
        var bind =
            new BindException("cannot listen on " + host + ":" + port + ": " + cause.getMessage());
        bind.initCause(e);
        return bind;
      }
    }
    throw e;
  }

  private static void stopQuietly(Javalin javalin) {
    try {
      javalin.stop();
    } catch (UncheckedIOException | IllegalStateException e) {
      log.debug("stop after a failed start", e);
    }
  }
}
