package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLEngine;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.impl.nio.HttpConnectionEventHandler;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.http.nio.command.ShutdownCommand;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http2.impl.nio.ClientH2IOEventHandler;
import org.apache.hc.core5.http2.impl.nio.ClientH2PrefaceHandler;
import org.apache.hc.core5.http2.ssl.ApplicationProtocol;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.reactor.ssl.TlsDetails;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on a connection, a new one or one that was kept: TCP, TLS, the exchange, and the end.
 *
 * <p>It handles all events of its connection, and HttpCore's handlers get them from it: an error
 * must end this visit, and not the loop, which serves all others.
 *
 * <p>Threading: handlers run on the loop's thread. {@link #start} and {@link #abandon} may be
 * called from any thread. The end is told once.
 */
final class Visit implements IOEventHandler {
  private static final Logger log = LoggerFactory.getLogger(Visit.class);
  private final VisitPlan plan;
  private final Wires wires;
  private final Loop loop;
  private final Marks marks;
  private final BodyStore body;
  private final BiConsumer<Visit, VisitEnd> end;
  private final Optional<KeptConnection> kept;
  private final AtomicBoolean isEnded = new AtomicBoolean();
  private volatile boolean isAbandoned;
  private volatile Optional<Future<IOSession>> connecting = Optional.empty();
  private volatile Optional<ProtocolIOSession> session = Optional.empty();
  private volatile Optional<CertificateChain> chain = Optional.empty();
  private volatile Optional<Head> head = Optional.empty();
  private Optional<Http1Connection> http1 = Optional.empty();

  /** HttpCore's handler of the events, or empty before there is one. */
  private Optional<HttpConnectionEventHandler> http = Optional.empty();

  private Optional<Runnable> lingering = Optional.empty();

  /** The first line of an answer. */
  record Head(int code, String protocol) {}

  /**
   * A visit that is to be started.
   *
   * @param kept the connection to use, or empty to open one
   * @param end takes the visit and its end
   */
  Visit(
      VisitPlan plan, Wires wires, Optional<KeptConnection> kept, BiConsumer<Visit, VisitEnd> end) {
    this.plan = plan;
    this.wires = wires;
    this.kept = kept;
    this.loop = kept.map(KeptConnection::loop).orElseGet(() -> wires.loop(plan.target().isTls()));
    this.marks = new Marks(wires.nanos(), plan.target().isTls(), plan.triedFromNanos());
    this.body = new BodyStore(wires.room(), plan.wish().bodyBytesMax());
    this.end = end;
  }

  VisitPlan plan() {
    return plan;
  }

  /** Returns the loop that serves it. */
  Loop loop() {
    return loop;
  }

  Marks marks() {
    return marks;
  }

  /** Returns the certificates of the site, or empty without TLS or before its end. */
  Optional<CertificateChain> chain() {
    return chain;
  }

  /** Returns the first line of the answer, or empty before it is there. */
  Optional<Head> head() {
    return head;
  }

  /** Returns how many bytes of the body came, as far as they are wanted. */
  long bodyBytes() {
    return body.count();
  }

  /** Returns true if the connection was there before. */
  boolean isReusing() {
    return kept.isPresent();
  }

  /**
   * Returns true if the connection was there before, and gave no head of an answer: that says
   * nothing of the site.
   */
  boolean isPerhapsStale() {
    return isReusing() && marks.stage().compareTo(Marks.Stage.BODY) < 0;
  }

  /** Returns true if the loop that serves the visit still runs. */
  boolean isServed() {
    return loop.isAlive();
  }

  void start() {
    loop.execute(() -> guarded(() -> kept.ifPresentOrElse(this::goOn, this::connect)));
  }

  /** Ends the connection at once, and tells nobody. */
  void abandon() {
    isAbandoned = true;
    if (isEnded.compareAndSet(false, true)) {
      body.leave(); // not on the loop, which may have ended
    }
    kept.ifPresent(KeptConnection::close);
    connecting.ifPresent(future -> future.cancel(true));
    session.ifPresent(open -> open.close(CloseMode.IMMEDIATE));
  }

  private void connect() {
    if (isAbandoned) {
      return;
    }
    marks.started();
    var address = new InetSocketAddress(plan.address(), plan.target().port());
    Future<IOSession> future =
        loop.connect(
            address,
            this,
            new FutureCallback<>() {
              @Override
              public void completed(IOSession connected) {
                // The session was taken when it was made: tcpConnected.
              }

              @Override
              public void failed(Exception cause) {
                guarded(() -> end(new VisitEnd.Failed(marks.stage(), cause)));
              }

              @Override
              public void cancelled() {
                // Only abandon() cancels, and it tells nobody.
              }
            });
    connecting = Optional.of(future);
    if (isAbandoned) {
      future.cancel(true);
    }
  }

  /** Sends the request on a connection that is there. */
  private void goOn(KeptConnection connection) {
    if (isAbandoned) {
      return;
    }
    marks.reused();
    ProtocolIOSession open = connection.session();
    session = Optional.of(open);
    chain = connection.chain();
    http1 = Optional.of(connection.http1());
    http = Optional.of(connection.http1());
    connection.http1().begin(body);
    open.upgrade(this);
    open.enqueue(command(false), Command.Priority.NORMAL);
  }

  /** The TCP connection is there. Returns the handler of its events. */
  IOEventHandler tcpConnected(ProtocolIOSession connected) {
    session = Optional.of(connected);
    guarded(() -> begin(connected));
    return this;
  }

  private void begin(ProtocolIOSession connected) {
    marks.connected();
    if (isAbandoned) {
      connected.close(CloseMode.IMMEDIATE);
    } else if (plan.target().isTls()) {
      Tls tls = wires.tls();
      connected.startTls(
          tls.context(plan.isVerifying()),
          tls.endpoint(plan.target()),
          SSLBufferMode.DYNAMIC,
          (_, engine) -> guarded(() -> tls.prepare(engine, plan.isVerifying())),
          (_, engine) -> {
            guarded(() -> secured(engine));
            return new TlsDetails(engine.getSession(), engine.getApplicationProtocol());
          },
          Timeout.DISABLED);
    }
  }

  private void secured(SSLEngine engine) {
    marks.secured();
    chain = CertificateChain.of(engine.getSession());
  }

  @Override
  public void connected(IOSession ignored) throws IOException {
    guarded(() -> speak(session.orElseThrow()));
  }

  private void speak(ProtocolIOSession open) throws IOException {
    TlsDetails tls = open.getTlsDetails();
    boolean isH2 =
        tls != null && ApplicationProtocol.HTTP_2.id.equals(tls.getApplicationProtocol());
    open.enqueue(command(isH2), Command.Priority.NORMAL);
    HttpConnectionEventHandler handler;
    if (isH2) {
      handler = new ClientH2PrefaceHandler(open, Wires.http2(body), false, null);
    } else {
      http1 = Optional.of(Http1Connection.of(open, body));
      handler = http1.get();
    }
    http = Optional.of(handler);
    handler.connected(open);
  }

  private Command command(boolean isH2) {
    var exchange =
        new Exchange(
            plan,
            marks,
            isH2,
            body,
            (code, protocol) -> head = Optional.of(new Head(code, protocol)),
            this::end);
    return new RequestExecutionCommand(exchange, HttpCoreContext.create());
  }

  @Override
  public void inputReady(IOSession ignored, ByteBuffer src) throws IOException {
    guarded(
        () -> {
          if (http1.isPresent()) {
            marks.input(); // By HTTP/2 the first input is no answer.
          }
          if (http.isPresent()) {
            http.get().inputReady(session.orElseThrow(), src);
          }
        });
  }

  @Override
  public void outputReady(IOSession ignored) throws IOException {
    if (http.isPresent()) {
      guarded(() -> http.get().outputReady(session.orElseThrow()));
    }
  }

  @Override
  public void timeout(IOSession ignored, Timeout timeout) throws IOException {
    // HttpCore has one time-out here: a request that waits for 100 (Continue) is sent without it.
    if (http.isPresent()) {
      guarded(() -> http.get().timeout(session.orElseThrow(), timeout));
    }
  }

  @Override
  public void exception(IOSession ignored, Exception cause) {
    guarded(
        () -> {
          end(new VisitEnd.Failed(marks.stage(), cause));
          http.ifPresent(handler -> handler.exception(session.orElseThrow(), cause));
        });
    session.orElseThrow().close(CloseMode.IMMEDIATE);
  }

  @Override
  public void disconnected(IOSession ignored) {
    lingering.ifPresent(Runnable::run);
    guarded(
        () -> {
          http.ifPresent(handler -> handler.disconnected(session.orElseThrow()));
          var cause = new ConnectionClosedException("connection closed");
          end(new VisitEnd.Failed(marks.stage(), cause));
        });
  }

  private interface Step<E extends Exception> {
    void run() throws E;
  }

  /** Runs something. An error ends this visit. */
  private <E extends Exception> void guarded(Step<E> step) throws E {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      try {
        end(new VisitEnd.Failed(marks.stage(), e));
      } finally {
        session.ifPresent(open -> open.close(CloseMode.IMMEDIATE));
      }
      tell(e);
    } finally {
      stayInFront();
    }
  }

  /** The result has a few words only. Without memory there is no more to be had. */
  private void tell(Throwable failure) {
    if (failure instanceof CancelledKeyException) {
      return; // the connection was closed beside
    }
    try {
      log.error("a check of {} failed by itself", plan.target().host(), failure);
    } catch (OutOfMemoryError none) {
      // The result says so.
    }
  }

  /** HttpCore puts the handler of HTTP/2 in our place when its preface is sent. */
  private void stayInFront() {
    if (session.isPresent() && session.get().getHandler() instanceof ClientH2IOEventHandler h2) {
      http = Optional.of(h2);
      session.get().upgrade(this);
    }
  }

  private void end(VisitEnd how) {
    if (!isEnded.compareAndSet(false, true)) {
      return;
    }
    if (how instanceof VisitEnd.Failed) {
      body.leave();
    }
    VisitEnd told = how;
    try {
      part(how);
    } catch (RuntimeException | Error e) {
      body.leave();
      told = new VisitEnd.Failed(marks.stage(), e);
    }
    end.accept(this, told);
  }

  /** Parts from the server: after a whole answer the server is to close first. */
  private void part(VisitEnd how) {
    if (session.isEmpty()) {
      return;
    }
    ProtocolIOSession open = session.get();
    boolean isWhole =
        how instanceof VisitEnd.Answered(var response)
            && !response.isTruncated()
            && marks.stage() == Marks.Stage.END;
    if (isWhole && isToBeKept((VisitEnd.Answered) how)) {
      var connection = new KeptConnection(open, http1.orElseThrow(), loop, plan, chain);
      open.upgrade(connection);
      wires.kept().put(plan.keeping().orElseThrow(), connection);
      return;
    }
    lingering = isWhole ? wires.lingering().linger(open) : Optional.empty();
    if (lingering.isEmpty()) {
      open.close(CloseMode.IMMEDIATE);
    } else if (http1.isEmpty()) {
      open.enqueue(ShutdownCommand.GRACEFUL, Command.Priority.IMMEDIATE);
    }
  }

  /** Returns true if the connection is for the next check, and the server keeps it, too. */
  private boolean isToBeKept(VisitEnd.Answered how) {
    return plan.keeping().isPresent() && http1.isPresent() && how.response().isPersistent();
  }
}
