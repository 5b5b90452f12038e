package dev.holdfast.origin;

import dev.holdfast.metrics.Meters;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.io.CloseMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One origin. Each method sends one request and returns when it is over at the latest; who cannot
 * wait that long runs it on a thread that can.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Origin implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Origin.class);
  private static final String PATH = "/api/fileserver/";

  /** Asked for to see how the origin is: no stored name, since two hex digits follow its tilde. */
  private static final String NO_FILE = "~~nothing";

  private static final Failure NOT_QUIET =
      new Failure.NotSent("requests of an earlier process may still be at the file server");

  /** How often an origin that was not well, and that nobody asks, is asked. */
  private static final long CHECK_MS = 10_000;

  private final Deadline quietUntil;
  private final OriginConfig config;
  private final Meters meters;
  private final CloseableHttpClient client;
  private final Permits permits;
  private final Turns turns = new Turns();
  private final ScheduledThreadPoolExecutor timer;
  private final String base;
  private final AtomicReference<OriginState> state = new AtomicReference<>(OriginState.UNKNOWN);
  private volatile boolean cutOff;

  /**
   * @param quietMs for how long no request is sent at first, in milliseconds, 0 or more: as long as
   *     those of an earlier process may still be running at the origin
   */
  public Origin(OriginConfig config, Meters meters, long quietMs) {
    this(config, meters, quietMs, CHECK_MS);
  }

  /**
   * @param checkMs how often an origin that was not well is asked, in milliseconds, 1 or more
   */
  Origin(OriginConfig config, Meters meters, long quietMs, long checkMs) {
    this.quietUntil = Deadline.inMs(quietMs);
    this.config = config;
    this.meters = meters;
    this.client = Client.create(config);
    this.permits =
        new Permits(
            config.connectionsMax(),
            config.writesMax(),
            Math.min(config.writesMin(), config.writesMax()));
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("origin-timer").daemon().factory());
    this.timer.setRemoveOnCancelPolicy(true);
    String address = config.base().toString();
    this.base =
        (address.endsWith("/") ? address.substring(0, address.length() - 1) : address) + PATH;
    meters.originInProgress(permits::inUse);
    meters.originWaiting(permits::waiting);
    for (String word : OriginState.WORDS) {
      meters.originState(word, () -> state().word().equals(word) ? 1 : 0);
    }
    beginCounting();
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(this::check, checkMs, checkMs, TimeUnit.MILLISECONDS);
  }

  private void beginCounting() {
    meters.originOutcome("GET", "found");
    meters.originOutcome("GET", "absent");
    meters.originOutcome("PUT", "confirmed");
    meters.originOutcome("DELETE", "confirmed");
    for (String method : List.of("GET", "PUT", "DELETE")) {
      Failure.KINDS.forEach(kind -> meters.originOutcome(method, kind));
    }
  }

  /**
   * Waits for the turn of a file.
   *
   * @param file a stored name: unreserved characters of a URI only (RFC 3986, 2.3)
   * @return empty if the turn did not come before the deadline
   */
  public Optional<Turn> turn(String file, Deadline deadline) throws InterruptedException {
    return turns.take(file, deadline);
  }

  /**
   * Asks for a file. What the sink got counts only if the outcome is {@link GetOutcome.Found}.
   *
   * @param patience for getting a place; a request that is under way is bounded by the
   *     configuration
   * @throws IOException if the sink did not take the bytes
   */
  public GetOutcome get(Turn turn, BodySink sink, Patience patience)
      throws IOException, InterruptedException {
    return get(turn, sink, patience, permits::takeForRead, permits::releaseRead);
  }

  /**
   * The same for a write that needs it to settle: it has the places of writes, so that however many
   * read, settling keeps its share.
   */
  public GetOutcome readBack(Turn turn, BodySink sink, Patience patience)
      throws IOException, InterruptedException {
    return get(turn, sink, patience, permits::takeForWrite, permits::releaseWrite);
  }

  private GetOutcome get(
      Turn turn, BodySink sink, Patience patience, Taking place, Runnable releasePlace)
      throws IOException, InterruptedException {
    Optional<Failure> noPlace = awaitPlace("GET", place, patience);
    if (noPlace.isPresent()) {
      return new GetOutcome.Failed(noPlace.get());
    }
    GetOutcome outcome =
        send(
            turn,
            new HttpGet(base + turn.file()),
            config.transferMaxMs(config.bodyBytesMax()),
            releasePlace,
            answer -> Answers.get(answer, turn.file(), sink, config.bodyBytesMax()),
            GetOutcome.Failed::new);
    return counted("GET", outcome);
  }

  /**
   * Brings a file to the origin.
   *
   * @param patience for getting a place, as in {@link #get}
   * @throws IOException if the source could not be read
   */
  public WriteOutcome put(Turn turn, BodySource source, Patience patience)
      throws IOException, InterruptedException {
    Optional<Failure> noPlace = awaitPlace("PUT", permits::takeForWrite, patience);
    if (noPlace.isPresent()) {
      return new WriteOutcome.Failed(noPlace.get());
    }
    InputStream body;
    try {
      body = new ExactStream(source.open(), source.length());
    } catch (IOException | RuntimeException e) {
      permits.releaseWrite();
      throw e;
    }
    try (body) {
      var request = new HttpPut(base + turn.file());
      request.setEntity(
          new InputStreamEntity(body, source.length(), ContentType.APPLICATION_OCTET_STREAM));
      WriteOutcome outcome =
          send(
              turn,
              request,
              config.transferMaxMs(source.length()),
              permits::releaseWrite,
              Answers::put,
              WriteOutcome.Failed::new);
      return counted("PUT", outcome);
    }
  }

  /**
   * Deletes a file at the origin; one that is not there counts as deleted.
   *
   * @param patience for getting a place, as in {@link #get}
   */
  public WriteOutcome delete(Turn turn, Patience patience)
      throws IOException, InterruptedException {
    Optional<Failure> noPlace = awaitPlace("DELETE", permits::takeForWrite, patience);
    if (noPlace.isPresent()) {
      return new WriteOutcome.Failed(noPlace.get());
    }
    WriteOutcome outcome =
        send(
            turn,
            new HttpDelete(base + turn.file()),
            config.transferMaxMs(0),
            permits::releaseWrite,
            Answers::delete,
            WriteOutcome.Failed::new);
    return counted("DELETE", outcome);
  }

  /** How many requests are in progress at the origin, those included that nobody waits for. */
  public int inProgress() {
    return permits.inUse();
  }

  /** How the origin was when it was last asked; one that was not well is asked again by itself. */
  public OriginState state() {
    return state.get();
  }

  /** Whether closing cut off a request, which may go on at the origin. */
  public boolean hasCutOff() {
    return cutOff;
  }

  /** Ends all requests in progress; what they were doing at the origin may go on there. */
  @Override
  public void close() {
    timer.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }

  /** Makes an outcome of its own kind of a failure. */
  private interface Failing<T> {
    T outcome(Failure failure);
  }

  private <T> T send(
      Turn turn,
      HttpUriRequestBase request,
      long transferMaxMs,
      Runnable releasePlace,
      HttpClientResponseHandler<T> handler,
      Failing<T> failing)
      throws IOException {
    turn.share();
    boolean surelyDone = false;
    ScheduledFuture<?> giveUp = null;
    try {
      giveUp = timer.schedule(() -> request.cancel(), transferMaxMs, TimeUnit.MILLISECONDS);
      T outcome = client.execute(request, handler);
      surelyDone = true;
      return outcome;
    } catch (SinkException e) {
      throw e.reason();
    } catch (TooLongException e) {
      return failing.outcome(new Failure.Nonsense(200, e.getMessage()));
    } catch (ConnectException
        | ConnectTimeoutException
        | ConnectionRequestTimeoutException
        | NoRouteToHostException
        | PortUnreachableException
        | UnknownHostException e) {
      surelyDone = true;
      return failing.outcome(
          new Failure.NotSent("the file server cannot be reached: " + e.getMessage()));
    } catch (IOException | CancellationException e) {
      log.debug("no answer to {} {}", request.getMethod(), turn.file(), e);
      Failure failure = Failure.ofSending(e);
      surelyDone = !failure.mayHaveActed();
      return failing.outcome(failure);
    } finally {
      if (giveUp != null) {
        giveUp.cancel(false);
      }
      Runnable release =
          () -> {
            releasePlace.run();
            turn.drop();
          };
      if (surelyDone) {
        release.run();
      } else if (timer.isShutdown()) {
        cutOff = true;
        release.run();
      } else {
        ScheduledFuture<?> _ = timer.schedule(release, config.lingerMs(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private boolean awaitQuiet(Deadline deadline) throws InterruptedException {
    if (!quietUntil.isOver()) {
      Thread.sleep(quietUntil.orEarlier(deadline).left());
    }
    return quietUntil.isOver();
  }

  /** Takes a place at the origin. */
  private interface Taking {
    Permits.Answer take(Patience patience) throws InterruptedException;
  }

  /** Waits for a place at the origin. Returns empty on success, otherwise why nothing was sent. */
  private Optional<Failure> awaitPlace(String method, Taking place, Patience patience)
      throws InterruptedException {
    Failure failure = awaitQuiet(patience.until()) ? place.take(patience).failure() : NOT_QUIET;
    if (failure == null) {
      return Optional.empty();
    }
    if (!failure.equals(NOT_QUIET)) {
      state.updateAndGet(before -> before.whenFull(failure));
    }
    meters.originOutcome(method, failure.kind()).increment();
    return Optional.of(failure);
  }

  /** Has the origin asked, if it was not well and nobody asks it, or waits for it, now. */
  private void check() {
    if (state().mayHaveChanged() && permits.inUse() == 0 && permits.waiting() == 0) {
      Thread.ofVirtual().name("origin-check").start(this::ask);
    }
  }

  private void ask() {
    Deadline atOnce = Deadline.inMs(0);
    try (Turn turn = turn(NO_FILE, atOnce).orElse(null)) {
      if (turn != null) {
        GetOutcome _ = get(turn, (bytes, from, count) -> {}, atOnce);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      // The next check may do better; if this is being closed, there is none.
      log.debug("the file server could not be asked how it is", e);
    }
  }

  private GetOutcome counted(String method, GetOutcome outcome) {
    switch (outcome) {
      case GetOutcome.Found _ -> succeeded(method, "found");
      case GetOutcome.Absent _ -> succeeded(method, "absent");
      case GetOutcome.Failed(Failure failure) -> failed(method, failure);
    }
    return outcome;
  }

  private WriteOutcome counted(String method, WriteOutcome outcome) {
    switch (outcome) {
      case WriteOutcome.Confirmed _ -> succeeded(method, "confirmed");
      case WriteOutcome.Failed(Failure failure) -> failed(method, failure);
    }
    return outcome;
  }

  private void succeeded(String method, String outcome) {
    meters.originOutcome(method, outcome).increment();
    state.set(OriginState.UP);
  }

  private void failed(String method, Failure failure) {
    meters.originOutcome(method, failure.kind()).increment();
    state.set(OriginState.after(failure));
  }
}
