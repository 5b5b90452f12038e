package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop: a reactor of HttpCore with one thread. A reactor takes connections alone, so a
 * connection to ourselves is its doorbell: whoever rings it has tasks run on the loop's thread. How
 * long a task waits for the loop is the lag of the loop.
 *
 * <p>Threading: any number of threads may call. Tasks and handlers run on the loop's thread, and
 * must not block.
 */
final class Loop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  private final String name;
  private final LongSupplier nanos;
  private final DefaultConnectingIOReactor reactor;
  private final LagWindow lags = new LagWindow();
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isRinging = new AtomicBoolean();
  private final IOSession doorbell;
  private final Socket doorbellPeer;
  private volatile boolean isClosing;

  private record Task(Runnable action, long rungNanos) {}

  private Loop(String name, LongSupplier nanos, int waitMs) throws IOException {
    this.name = name;
    this.nanos = nanos;
    this.reactor =
        new DefaultConnectingIOReactor(
            (session, attachment) ->
                attachment instanceof Visit visit ? visit.tcpConnected(session) : new Doorbell(),
            IOReactorConfig.custom()
                .setIoThreadCount(1)
                .setSelectInterval(TimeValue.ofSeconds(1))
                .setSoTimeout(Timeout.DISABLED)
                .setTcpNoDelay(true)
                .setSoKeepAlive(false)
                .build(),
            Thread.ofPlatform().daemon().name(name).factory(),
            null,
            this::failed,
            null,
            null);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      reactor.start();
      doorbell = connectTo(listener, waitMs);
      doorbellPeer = accept(listener, doorbell.getLocalAddress(), name);
    } catch (IOException | RuntimeException | Error e) {
      isClosing = true;
      reactor.close(CloseMode.IMMEDIATE);
      throw e;
    }
  }

  private static Socket accept(ServerSocket listener, SocketAddress wanted, String name)
      throws IOException {
    Socket peer = listener.accept();
    if (!peer.getRemoteSocketAddress().equals(wanted)) {
      peer.close();
      throw new IOException("another process connected to the doorbell of " + name);
    }
    return peer;
  }

  /**
   * Starts a loop. If it fails, nothing of the loop is left.
   *
   * @param waitMs how long it may take, in ms
   * @throws IOException if it gets no sockets
   */
  static Loop start(String name, LongSupplier nanos, int waitMs) throws IOException {
    return new Loop(name, nanos, waitMs);
  }

  String name() {
    return name;
  }

  /** Runs a task on the loop's thread. */
  void execute(Runnable action) {
    tasks.add(new Task(action, nanos.getAsLong()));
    if (isRinging.compareAndSet(false, true)) {
      doorbell.setEvent(SelectionKey.OP_WRITE);
    }
  }

  /** Measures the lag of the loop, unless a task does that already. */
  void pulse() {
    if (tasks.isEmpty()) {
      execute(() -> {});
    }
  }

  /**
   * Opens a connection. To be called on the loop's thread: then the reactor connects at once.
   *
   * @param visit takes the session when it is there
   */
  Future<IOSession> connect(InetSocketAddress address, Visit visit, FutureCallback<IOSession> end) {
    return reactor.connect(named(address), address, null, Timeout.DISABLED, visit, end);
  }

  /**
   * Returns what the reactor calls an address. It would ask a DNS server for its name otherwise,
   * and all checks would wait for that.
   */
  private static HttpHost named(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return new HttpHost(null, ip, ip.getHostAddress(), address.getPort());
  }

  /** Returns the worst lag since a moment, that of now included, in ns. */
  long worstLagNanos(long sinceNanos) {
    long now = nanos.getAsLong();
    Task waiting = tasks.peek();
    long lag = waiting == null ? 0 : now - waiting.rungNanos();
    return Math.max(lag, lags.worst(sinceNanos, now));
  }

  /** Returns false if the loop has ended, such as by a lack of memory. */
  boolean isAlive() {
    return reactor.getStatus() == IOReactorStatus.ACTIVE && doorbell.isOpen();
  }

  @Override
  public void close() throws IOException {
    isClosing = true;
    reactor.close(CloseMode.IMMEDIATE);
    doorbellPeer.close();
  }

  private void failed(Exception failure) {
    if (!isClosing) { // Otherwise it is the end that was asked for.
      log.error("the event loop {} failed", name, failure);
    }
  }

  private IOSession connectTo(ServerSocket listener, int waitMs) throws IOException {
    var address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    Future<IOSession> session =
        reactor.connect(named(address), address, null, Timeout.DISABLED, null, null);
    try {
      return session.get(waitMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the event loop " + name + " did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void runTasks() {
    for (Task task = tasks.peek(); task != null; task = tasks.peek()) {
      long now = nanos.getAsLong();
      lags.note(now, now - task.rungNanos());
      tasks.remove(); // after the note, so that at no moment its lag is unknown
      try {
        task.action().run();
      } catch (RuntimeException | Error e) {
        // The loop serves all checks, so it must go on. A visit has ended its own check by now.
        log.error("a task of the event loop {} failed", name, e);
      }
    }
  }

  /** The loop's end of the connection to ourselves. */
  private final class Doorbell implements IOEventHandler {
    @Override
    public void connected(IOSession session) {}

    @Override
    public void outputReady(IOSession session) {
      // In this order: a ring after the second line sets the event again.
      session.clearEvent(SelectionKey.OP_WRITE);
      isRinging.set(false);
      runTasks();
    }

    @Override
    public void inputReady(IOSession session, ByteBuffer src) {
      // Nobody writes, so this is the end.
      session.close(CloseMode.IMMEDIATE);
    }

    @Override
    public void timeout(IOSession session, Timeout timeout) {}

    @Override
    public void exception(IOSession session, Exception cause) {
      log.error("the doorbell of the event loop {} failed", name, cause);
      session.close(CloseMode.IMMEDIATE);
    }

    @Override
    public void disconnected(IOSession session) {}
  }
}
