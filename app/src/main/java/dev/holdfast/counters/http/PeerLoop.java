package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.Network.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
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

  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(BUSY_MS);

  private static final long QUIET_MS = 5_000;

  private static final int RECEIVED_BYTES = 64 * 1024;

  private final InetAddress bound;
  private final Executor background;
  private final Guarded guarded;
  private final Function<String, List<InetAddress>> names;
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
   * @param guarded runs all that may fail: this thread must not end
   * @throws IOException if there is no file descriptor left
   */
  PeerLoop(InetAddress bound, Executor background, Guarded guarded) throws IOException {
    this(bound, background, guarded, PeerLoop::found);
  }

  /**
   * Starts it with other names.
   *
   * @param names returns the IP addresses of a name, or none
   */
  PeerLoop(
      InetAddress bound,
      Executor background,
      Guarded guarded,
      Function<String, List<InetAddress>> names)
      throws IOException {
    this.names = names;
    this.guarded = guarded;
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
    boolean isTaken =
        guarded.run(
            () -> links.computeIfAbsent(post.to(), to -> new PeerLink(to, this)).send(post));
    if (!isTaken) {
      post.end(new Outcome.Silent()); // somebody waits for the outcome
    }
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
    boolean isBegun =
        guarded.run(
            () ->
                background.execute(
                    () -> {
                      var found = new ArrayList<InetAddress>();
                      guarded.run(() -> found.addAll(names.apply(name)));
                      run(() -> then.accept(found));
                    }));
    if (!isBegun) { // the link waits for an answer
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
      if (!guarded.run(this::turn)) { // requests end by their time, so going on is safe
        LockSupport.parkNanos(BUSY_NANOS); // or a selector that always fails would fill the log
      }
    }
    runTasks();
    List.copyOf(links.values()).forEach(link -> guarded.run(link::end));
    try {
      selector.close();
    } catch (IOException e) {
      log.debug("closing failed", e);
    }
  }

  private void turn() {
    boolean isBusy = links.values().stream().anyMatch(PeerLink::isBusy);
    try {
      if (links.isEmpty()) {
        selector.select();
      } else {
        selector.select(isBusy ? BUSY_MS : QUIET_MS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the selector failed", e);
    }
    runTasks();
    for (var key : List.copyOf(selector.selectedKeys())) {
      selector.selectedKeys().remove(key);
      ready((PeerConnection) key.attachment());
    }
    long now = System.nanoTime();
    if (now - lookedNanos >= BUSY_NANOS) {
      lookedNanos = now;
      List.copyOf(links.values()).forEach(link -> guarded.run(() -> link.expire(now)));
      links.values().removeIf(PeerLink::isUnused);
    }
  }

  private void ready(PeerConnection connection) {
    boolean isDone =
        guarded.run(
            () -> {
              try {
                connection.ready();
              } catch (CancelledKeyException e) {
                log.debug("closed meanwhile", e);
              }
            });
    if (!isDone) {
      guarded.run(connection::end); // nobody knows how far it has come
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      guarded.run(task);
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
