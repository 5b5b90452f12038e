package dev.holdfast.origin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.io.CloseMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests, each once, and keeps the place of one that ended without an answer until it is
 * surely over at the origin.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Sender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sender.class);

  private final OriginConfig config;
  private final Exchanges exchanges;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("origin-timer").daemon().factory());
  private final AtomicReference<CloseableHttpClient> client; // changed with the lock of this
  private boolean closed; // guarded by this
  private volatile boolean cutOff;

  /** Makes an outcome of the answer to a request that began to be sent at that moment. */
  interface Reading<T> {
    T read(ClassicHttpResponse answer, long sentNanos) throws IOException;
  }

  /** Makes an outcome of its own kind of a failure. */
  interface Failing<T> {
    T outcome(Failure failure);
  }

  Sender(OriginConfig config, Exchanges exchanges) {
    this.config = config;
    this.exchanges = exchanges;
    this.client = new AtomicReference<>(Client.create(config, exchanges));
    this.timer.setRemoveOnCancelPolicy(true);
  }

  /** Runs something again and again, with so many milliseconds in between. */
  void repeat(Runnable check, long everyMs) {
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(check, everyMs, everyMs, TimeUnit.MILLISECONDS);
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param transferMaxMs after so long it is given up, in milliseconds
   * @throws IOException if our side could not read or write what it had to
   */
  <T> T send(
      Place place,
      HttpUriRequestBase request,
      long transferMaxMs,
      Reading<T> reading,
      Failing<T> failing)
      throws IOException {
    ScheduledFuture<?> giveUp =
        timer.schedule(() -> request.cancel(), transferMaxMs, TimeUnit.MILLISECONDS);
    place.begin();
    CloseableHttpClient used = client.get();
    try {
      var context = HttpClientContext.create();
      T outcome =
          used.execute(
              request, context, answer -> reading.read(answer, Exchanges.sentNanos(context)));
      if (!Answers.mayGoOn(context.getResponse())) {
        place.end();
      }
      return outcome;
    } catch (SinkException e) {
      throw e.reason();
    } catch (NonsenseException e) {
      return failing.outcome(e.failure());
    } catch (ConnectException
        | ConnectTimeoutException
        | ConnectionRequestTimeoutException
        | NoRouteToHostException
        | PortUnreachableException
        | UnknownHostException e) {
      place.end();
      return failing.outcome(
          new Failure.NotSent("the file server cannot be reached: " + e.getMessage()));
    } catch (UnaskedException e) {
      place.end();
      return failing.outcome(
          new Failure.NotSent("the file server cannot be asked: it speaks first"));
    } catch (ClientProtocolException e) {
      // It is not HTTP, or a transfer coding that nobody asked for (RFC 9112, 7).
      return failing.outcome(
          new Failure.Nonsense(
              0, "the file server answers in a way that is not understood: " + e.getMessage()));
    } catch (IOException | CancellationException e) {
      log.debug("no answer to {} {}", request.getMethod(), place.turn().name(), e);
      Failure failure = Failure.ofSending(e);
      if (!failure.mayHaveActed()) {
        place.end();
      }
      return failing.outcome(failure);
    } catch (Error e) {
      replace(used);
      throw e;
    } finally {
      giveUp.cancel(false);
    }
  }

  /**
   * Takes another client in place of one that an Error has come through. It has closed its
   * connections then, and opens none any more (Apache HttpClient 5, ProtocolExec and others).
   */
  private synchronized void replace(CloseableHttpClient broken) {
    if (closed) {
      return;
    }
    CloseableHttpClient another = Client.create(config, exchanges);
    boolean isReplaced = client.compareAndSet(broken, another);
    (isReplaced ? broken : another).close(CloseMode.IMMEDIATE);
  }

  /** Keeps the place of a request that ended without an answer until it is surely over. */
  void linger(Place place) {
    place.turn().mayRunUntil(Deadline.inMs(config.lingerMs()));
    try {
      ScheduledFuture<?> _ =
          timer.schedule(place::release, config.lingerMs(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      cutOff = true;
      place.release();
    }
  }

  /** Returns true if closing cut off a request, which may go on at the origin. */
  boolean hasCutOff() {
    return cutOff;
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.shutdownNow();
    client.get().close(CloseMode.IMMEDIATE);
  }
}
