package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that talks to all other actors. It waits for nothing but its selector.
 *
 * <p>Threading: {@link #run(Runnable)} and {@link #close} may be called from any number of threads.
 */
final class PeerLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerLoop.class);

  /** From one look at the time to the next while requests are under way, and else. */
  private static final long BUSY_MS = 50;

  private static final long QUIET_MS = 5_000;

  private static final int RECEIVED_BYTES = 64 * 1024;

  private final InetAddress bound;
  private final Executor background;
  private final Selector selector;
  private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVED_BYTES);
  private final Map<Address, PeerLink> links = new HashMap<>(); // of the loop's thread
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean isClosed;
  private long lookedNanos = System.nanoTime();

  /**
   * Starts it.
   *
   * @param bound the address that connections come from where they can, or a wildcard address
   * @param background runs what waits
   * @throws IOException if there is no file descriptor left
   */
  PeerLoop(InetAddress bound, Executor background) throws IOException {
    this.bound = bound;
    this.background = background;
    this.selector = Selector.open();
    this.thread = Thread.ofPlatform().name("counters-peers").daemon().unstarted(this::loop);
    thread.start();
  }

  /** Runs a task on the thread of the loop, or drops it if the loop has ended. */
  void run(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Sends a request. To be called on the thread of the loop. */
  void send(Post post) {
    links.computeIfAbsent(post.to(), to -> new PeerLink(to, this)).send(post);
  }

  boolean isClosed() {
    return isClosed;
  }

  InetAddress bound() {
    return bound;
  }

  Selector selector() {
    return selector;
  }

  /** Returns memory for one read. */
  ByteBuffer received() {
    return received;
  }

  /** Looks up a name in the background; then goes on, on the thread of the loop. */
  void lookUp(String name, Consumer<List<InetAddress>> then) {
    try {
      background.execute(
          () -> {
            List<InetAddress> found = found(name);
            run(() -> then.accept(found));
          });
    } catch (RejectedExecutionException closed) {
      log.debug("not looked up: {}", name, closed);
      run(() -> then.accept(List.of()));
    }
  }

  private static List<InetAddress> found(String name) {
    try {
      return List.of(InetAddress.getAllByName(name));
    } catch (UnknownHostException e) {
      log.debug("unknown: {}", name, e);
      return List.of();
    }
  }

  private void loop() {
    while (!isClosed) {
      try {
        turn();
      } catch (IOException | RuntimeException e) { // going on is safe: requests end by their time
        log.error("a turn of the loop failed", e);
      }
    }
    runTasks();
    links.values().forEach(PeerLink::end);
    try {
      selector.close();
    } catch (IOException e) {
      log.debug("closing failed", e);
    }
  }

  private void turn() throws IOException {
    boolean isBusy = links.values().stream().anyMatch(PeerLink::isBusy);
    if (links.isEmpty()) {
      selector.select();
    } else {
      selector.select(isBusy ? BUSY_MS : QUIET_MS);
    }
    runTasks();
    for (var key : List.copyOf(selector.selectedKeys())) {
      selector.selectedKeys().remove(key);
      try {
        ((PeerConnection) key.attachment()).ready();
      } catch (CancelledKeyException e) {
        log.debug("closed meanwhile", e);
      }
    }
    long now = System.nanoTime();
    if (now - lookedNanos >= TimeUnit.MILLISECONDS.toNanos(BUSY_MS)) {
      lookedNanos = now;
      List.copyOf(links.values()).forEach(link -> link.expire(now));
      links.values().removeIf(PeerLink::isUnused);
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Ends it. Requests that are under way end without a reply. */
  @Override
  public void close() {
    isClosed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
