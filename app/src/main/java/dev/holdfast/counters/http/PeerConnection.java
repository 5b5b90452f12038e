package dev.holdfast.counters.http;

import dev.holdfast.counters.Network.Outcome;
import dev.holdfast.posix.Errno;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to another actor. It has one request at a time, and sends none twice.
 *
 * <p>Threading: for the thread of {@link PeerLoop}.
 */
final class PeerConnection {
  private static final Logger log = LoggerFactory.getLogger(PeerConnection.class);

  /** How long connecting may take. */
  private static final long CONNECT_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long a connection without a request is kept: for less than the other side keeps it. */
  private static final long IDLE_MAX_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final PeerLink link;
  private final ByteBuffer received;
  private final SocketChannel channel;
  private final InetAddress host;
  private final long openedNanos;
  private SelectionKey key;
  private Post post; // null while it is idle
  private ByteBuffer[] left = {}; // to be sent
  private ReplyReader reply;
  private boolean isConnected;
  private boolean isRetired;
  private long sinceNanos; // when it got its request, or became idle

  /**
   * @param received memory that all connections of the thread share
   */
  private PeerConnection(
      PeerLink link, ByteBuffer received, SocketChannel channel, InetAddress host, long now) {
    this.link = link;
    this.received = received;
    this.channel = channel;
    this.host = host;
    this.openedNanos = now;
  }

  /** Opens a connection for a first request. If that fails at once, the link hears it. */
  static void open(
      PeerLink link,
      Selector selector,
      ByteBuffer received,
      InetAddress bound,
      InetSocketAddress to,
      Post first) {
    PeerConnection opened;
    try {
      opened =
          new PeerConnection(
              link, received, SocketChannel.open(), to.getAddress(), System.nanoTime());
    } catch (IOException e) { // no file descriptor is left
      log.warn("no connection to {}: {}", to, e.getMessage());
      first.end(new Outcome.Silent());
      return;
    }
    opened.begin(selector, bound, to, first);
  }

  private void begin(Selector selector, InetAddress bound, InetSocketAddress to, Post first) {
    link.opened(this);
    prepare(first);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (reaches(bound, to.getAddress())) {
        channel.bind(new InetSocketAddress(bound, 0));
      }
      isConnected = channel.connect(to);
      key =
          channel.register(
              selector, isConnected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
      if (isConnected) {
        write();
      }
    } catch (IOException | RuntimeException e) { // such as a port that no address has
      failed(e);
    }
  }

  private void prepare(Post next) {
    post = next;
    sinceNanos = System.nanoTime();
    left = next.toBytes();
    reply = new ReplyReader(HttpNetwork.MESSAGE_BYTES_MAX);
  }

  /** Returns true if a connection from one address to another is possible at all. */
  private static boolean reaches(InetAddress from, InetAddress to) {
    return !from.isAnyLocalAddress()
        && from.getClass() == to.getClass()
        && (!from.isLoopbackAddress() || to.isLoopbackAddress());
  }

  /** Sends a request on a connection that is idle. */
  void send(Post next) {
    prepare(next);
    try {
      write();
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Goes on, since the channel is ready for something. */
  void ready() {
    try {
      if (!isConnected) {
        isConnected = channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        write();
      } else {
        if (key.isWritable()) {
          write();
        }
        if (key.isReadable()) {
          read();
        }
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void write() throws IOException {
    channel.write(left);
    boolean isSent = !left[left.length - 1].hasRemaining();
    key.interestOps(isSent ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  private void read() throws IOException {
    received.clear();
    int count = channel.read(received);
    if (count < 0 || (count > 0 && post == null)) {
      throw new IOException("the other side has closed the connection");
    }
    received.flip();
    if (count > 0 && reply.take(received)) {
      replied();
    }
  }

  private void replied() throws IOException {
    if (left[left.length - 1].hasRemaining()) {
      throw new IOException("answered before the request was sent");
    }
    Post done = post;
    ReplyReader whole = reply;
    post = null;
    reply = null;
    left = new ByteBuffer[0];
    sinceNanos = System.nanoTime();
    link.heard(sinceNanos);
    if (isRetired || whole.isLast() || whole.status() != 200) {
      close();
    } else {
      link.idle(this);
    }
    if (whole.status() != 200) {
      log.debug("{} answered {}", done.to(), whole.status());
    }
    done.end(whole.status() == 200 ? new Outcome.Replied(whole.body()) : new Outcome.Silent());
  }

  private void failed(Exception why) {
    boolean isRefused =
        !isConnected && why instanceof ConnectException && Errno.ECONNREFUSED.isIn(why);
    boolean isNobodyThere = !isConnected && link.notOpened(host, isRefused);
    Post lost = post;
    close();
    if (isRefused && !isNobodyThere && lost != null) {
      link.send(lost); // it has not arrived, and goes to the next IP address
      return;
    }
    if (lost != null) {
      log.debug("no reply of {}", lost.to(), why);
      lost.end(isNobodyThere ? new Outcome.Refused() : new Outcome.Silent());
    }
    if (isNobodyThere) {
      link.refused();
    }
  }

  /**
   * Ends it if its time is up.
   *
   * @return true if a request was not answered in time, and nothing else was heard meanwhile
   */
  boolean expire(long now) {
    boolean isLate =
        post != null
            && (post.isLate(now) || (!isConnected && now - openedNanos >= CONNECT_MAX_NANOS));
    boolean isOld = post == null && now - sinceNanos >= IDLE_MAX_NANOS;
    if (isLate || isOld) {
      if (!isConnected) {
        link.notOpened(host, false);
      }
      Post lost = post;
      close();
      if (lost != null) {
        lost.end(new Outcome.Silent());
      }
    }
    return isLate && !link.hasHeardSince(sinceNanos);
  }

  /** Lets it have no further request. */
  void retire() {
    isRetired = true;
    if (post == null) {
      close();
    }
  }

  boolean isRetired() {
    return isRetired;
  }

  /** Closes it. Its request gets no outcome by that. */
  void close() {
    post = null;
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("closing failed", e); // it is not used any more
    }
    link.closed(this);
  }

  /** Closes it and ends its request. */
  void end() {
    Post lost = post;
    close();
    if (lost != null) {
      lost.end(new Outcome.Silent());
    }
  }
}
