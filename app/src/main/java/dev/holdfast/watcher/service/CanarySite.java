package dev.holdfast.watcher.service;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Schedule;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import dev.holdfast.watcher.thread.LastingThread;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A site of the agent's own, on loopback, that answers at once. The times of its checks are the
 * agent's own share in every time that it measures.
 *
 * <p>Threading: it has a thread, and a virtual one for each of {@value #CONNECTIONS_MAX}
 * connections. A further connection waits.
 */
final class CanarySite implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(CanarySite.class);
  private static final int CONNECTIONS_MAX = 64;
  private static final int SILENCE_MAX_MS = 1_000;
  private static final int HEAD_BYTES_MAX = 8 << 10;
  private static final int TIMEOUT_MS = 5_000;
  private static final int PAUSE_MS = 100;
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listener;
  private final String scheme;
  private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Pause pause;
  private final LastingThread acceptor;
  private boolean isFailing; // for the acceptor

  /** Waits after a connection could not be taken. */
  @FunctionalInterface
  interface Pause {
    /**
     * Waits a moment, or until the site ends.
     *
     * @throws InterruptedException if the thread is to end
     */
    void until(CountDownLatch closing) throws InterruptedException;
  }

  CanarySite(String scheme, ServerSocketFactory sockets, Pause pause) throws IOException {
    this.scheme = scheme;
    this.pause = pause;
    this.listener = sockets.createServerSocket();
    boolean isBound = false;
    try {
      listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), CONNECTIONS_MAX);
      isBound = true;
    } finally {
      if (!isBound) {
        listener.close();
      }
    }
    this.acceptor = new LastingThread("watch-canary-" + scheme, PAUSE_MS, log, this::accept);
    acceptor.start();
  }

  /** Starts one that speaks http. */
  static CanarySite plain() throws IOException {
    return new CanarySite("http", ServerSocketFactory.getDefault(), CanarySite::pause);
  }

  /**
   * Starts one that speaks https, with a certificate of its own that nobody trusts.
   *
   * @throws GeneralSecurityException if the JDK has no TLS
   */
  static CanarySite tls() throws IOException, GeneralSecurityException {
    return new CanarySite(
        "https", CanaryKeys.context().getServerSocketFactory(), CanarySite::pause);
  }

  /** Returns its thread. */
  LastingThread thread() {
    return acceptor;
  }

  /** Returns the endpoint that checks it. No endpoint of a list can have its id. */
  Endpoint endpoint() {
    return endpoint(false);
  }

  /** Returns an endpoint that verifies its certificate, in vain. It warms up what verifies. */
  Endpoint verifyingEndpoint() {
    return endpoint(true);
  }

  private Endpoint endpoint(boolean isVerifying) {
    return new Endpoint(
        new EndpointId("canary").at(scheme),
        "",
        new Timing(Schedule.INTERVAL_MIN_MS, TIMEOUT_MS),
        CheckRequest.get(
            URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort() + "/canary")),
        new Expectation(StatusSet.SUCCESS, List.of(), List.of(), List.of(), 0, 2),
        new Reach(
            new Reach.Resolve.Any(),
            Reach.Family.ANY,
            false,
            isVerifying,
            false,
            false,
            List.of("127.0.0.1/32")),
        Set.of());
  }

  private static void pause(CountDownLatch closing) throws InterruptedException {
    boolean _ = closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  /** A turn of the acceptor: takes a connection, and serves it on a thread of its own. */
  private boolean accept() throws InterruptedException {
    places.acquire();
    boolean isTaken = false;
    try {
      Socket socket = listener.accept();
      isFailing = false;
      Thread.ofVirtual().name("watch-canary").start(() -> serve(socket));
      isTaken = true;
    } catch (IOException e) {
      // Goes on: the failed checks of the canary tell of it. Without descriptors each attempt
      // fails at once, so there is a pause, and one line for all of them.
      if (!isFailing && !listener.isClosed()) {
        log.warn("the canary cannot take connections: {}", e.toString());
      }
      isFailing = true;
      pause.until(closing);
    } finally {
      if (!isTaken) {
        places.release();
      }
    }
    return !listener.isClosed();
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout(SILENCE_MAX_MS);
      socket.setTcpNoDelay(true);
      if (hasHead(socket.getInputStream())) {
        socket.getOutputStream().write(ANSWER);
        socket.getOutputStream().flush();
      }
    } catch (IOException e) {
      log.debug("a caller of the canary went away", e);
    } finally {
      places.release();
    }
  }

  /** Reads a head. Returns false if it does not end within its bound. */
  private static boolean hasHead(InputStream in) throws IOException {
    byte[] head = new byte[HEAD_BYTES_MAX];
    int bytes = 0;
    while (bytes < head.length) {
      int read = in.read(head, bytes, head.length - bytes);
      if (read < 0) {
        return false;
      }
      bytes += read;
      if (bytes >= 4
          && new String(head, bytes - 4, 4, StandardCharsets.ISO_8859_1).equals("\r\n\r\n")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    listener.close();
  }
}
