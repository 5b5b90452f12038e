package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Messages to other actors: each is a POST, the reply is its answer. No message is sent twice, and
 * no proxy is asked.
 *
 * <p>The outcome is {@code Refused} only if the connection was refused: then nobody listens at the
 * address, or a firewall says so, and the message has not arrived. All other failures are {@code
 * Silent}.
 *
 * <p>Threading: may be used from any number of threads. One thread of its own talks to all actors;
 * names are looked up on virtual threads.
 */
public final class HttpNetwork implements Network, AutoCloseable {
  /** The path that actors send messages to. */
  static final String PATH = "/peer";

  /** The media type of messages and replies. */
  static final String CONTENT_TYPE = "application/octet-stream";

  /** The longest message, and the longest reply, in bytes. */
  static final int MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

  private final ExecutorService background =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("counters-names").factory());
  private final Guarded guarded;
  private final OwnAddresses own;
  private final PeerLoop loop;

  /**
   * Starts it.
   *
   * @param host the address that this actor listens on, from which its messages come as well, so
   *     that others and firewalls know it; or a wildcard address
   * @param port the port that this actor listens on, 1 to 65535
   * @throws IOException if the host is unknown, or there is no file descriptor left
   */
  public HttpNetwork(String host, int port) throws IOException {
    this(host, port, new Guarded(() -> {}));
  }

  /** Starts it, and guards all outcomes. */
  HttpNetwork(String host, int port, Guarded guarded) throws IOException {
    InetAddress bound = InetAddress.getByName(host);
    this.guarded = guarded;
    this.own = new OwnAddresses(bound, port, background);
    this.loop = new PeerLoop(bound, background, guarded);
  }

  @Override
  public boolean isOwn(Address address) {
    return own.contains(address);
  }

  @Override
  public boolean isSurelyOwn(Address address) {
    return own.isBound(address);
  }

  @Override
  public void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then) {
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    var post = new Post(to, request, untilNanos, guarded.consumer(then));
    if (loop.isClosed()) {
      post.end(new Outcome.Silent());
    } else if (request.length > MESSAGE_BYTES_MAX) {
      loop.run(() -> post.end(new Outcome.Silent()));
    } else {
      loop.run(() -> loop.send(post));
    }
  }

  /** Ends it. Messages that are under way get no reply. */
  @Override
  public void close() {
    loop.close();
    background.shutdownNow();
  }
}
