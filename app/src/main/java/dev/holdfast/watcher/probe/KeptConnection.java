package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Reach;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection by HTTP/1.1 between two checks of an endpoint. It holds nothing of the check before.
 *
 * <p>Threading: handlers run on the loop's thread. All other methods may be called from any thread.
 */
final class KeptConnection implements IOEventHandler {
  private static final Logger log = LoggerFactory.getLogger(KeptConnection.class);

  private final ProtocolIOSession session;
  private final Http1Connection http1;
  private final Loop loop;
  private final VisitPlan plan;
  private final Optional<CertificateChain> chain;

  /**
   * @param plan that of the visit that opened it
   * @param chain the certificates of the site, or empty without TLS
   */
  KeptConnection(
      ProtocolIOSession session,
      Http1Connection http1,
      Loop loop,
      VisitPlan plan,
      Optional<CertificateChain> chain) {
    this.session = session;
    this.http1 = http1;
    this.loop = loop;
    this.plan = plan;
    this.chain = chain;
  }

  ProtocolIOSession session() {
    return session;
  }

  Http1Connection http1() {
    return http1;
  }

  Loop loop() {
    return loop;
  }

  InetAddress address() {
    return plan.address();
  }

  Optional<CertificateChain> chain() {
    return chain;
  }

  /** Returns true if it still leads where an endpoint wants to go, and is open as far as known. */
  boolean fits(Target target, Reach reach) {
    return session.isOpen()
        && loop.isAlive()
        && plan.target().hasOriginOf(target)
        && plan.keeping().filter(keeping -> keeping.reach().equals(reach)).isPresent();
  }

  void close() {
    session.close(CloseMode.IMMEDIATE);
  }

  @Override
  public void connected(IOSession ignored) {}

  @Override
  public void inputReady(IOSession ignored, ByteBuffer src) {
    // Nothing was asked, so this is the end, or bytes that are of no answer: AnswerLines refuses
    // them.
    guarded(() -> http1.inputReady(session, src));
  }

  @Override
  public void outputReady(IOSession ignored) {
    guarded(() -> http1.outputReady(session));
  }

  @Override
  public void timeout(IOSession ignored, Timeout timeout) {
    close();
  }

  @Override
  public void exception(IOSession ignored, Exception cause) {
    log.debug("a connection between two checks failed", cause);
    close();
  }

  @Override
  public void disconnected(IOSession ignored) {
    http1.disconnected(session);
  }

  private interface Event {
    void handle() throws IOException;
  }

  /** An error must end this connection, and not the loop, which serves all others. */
  private void guarded(Event event) {
    try {
      event.handle();
    } catch (IOException | RuntimeException | Error e) {
      log.debug("a connection between two checks failed", e);
      close();
    }
  }
}
