package dev.holdfast.bench;

import dev.holdfast.bench.Exchange.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends requests to one server and takes their answers, all in the thread of its caller, so that
 * each costs little beside the server's work. A request has a connection of its own, or one that an
 * earlier request has left.
 */
final class ExchangeLoop implements AutoCloseable {
  private static final int READ_BYTES = 64 * 1024;

  private final InetSocketAddress server;
  private final boolean share;
  private final int openMax;
  private final long timeoutNanos;
  private final Selector selector = Selector.open();
  private final ByteBuffer read = ByteBuffer.allocateDirect(READ_BYTES);
  private final Deque<SelectionKey> idle = new ArrayDeque<>();
  private final Deque<SelectionKey> bySending = new ArrayDeque<>();
  private final Deque<Exchange> exchangesBySending = new ArrayDeque<>();
  private int open;

  /**
   * @param share true for connections that several requests use, one after the other
   * @param openMax how many requests may be in progress; a further one fails at once
   * @param timeoutMs how long a request may take
   * @throws IOException when the system gives no selector
   */
  ExchangeLoop(InetSocketAddress server, boolean share, int openMax, long timeoutMs)
      throws IOException {
    this.server = server;
    this.share = share;
    this.openMax = openMax;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /** Returns how many requests are in progress. */
  int inProgress() {
    return open;
  }

  /** Sends a request. {@code end} is called once, in a later {@link #turn} or at once. */
  void send(ByteBuffer request, Consumer<Answer> end) {
    var exchange = new Exchange(request, System.nanoTime() + timeoutNanos, end);
    if (open >= openMax) {
      exchange.end(failure(openMax + " requests are in progress already"));
      return;
    }
    open++;
    SelectionKey key = share ? idle.pollLast() : null;
    try {
      if (key == null) {
        key = connect(exchange);
      } else {
        key.attach(exchange);
        key.interestOps(SelectionKey.OP_WRITE);
      }
      bySending.add(key);
      exchangesBySending.add(exchange);
      if (((SocketChannel) key.channel()).isConnected()) {
        write(key, exchange);
      }
    } catch (IOException e) {
      end(key, exchange, failure(e.toString()));
    }
  }

  /** Does what is ready; waits for it until then at most. */
  void turn(long untilNanos) throws IOException {
    long waitMs = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
    if (waitMs > 0) {
      selector.select(this::ready, waitMs);
    } else {
      selector.selectNow(this::ready);
    }
    giveUp(System.nanoTime());
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  private SelectionKey connect(Exchange exchange) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      boolean connected = channel.connect(server);
      return channel.register(
          selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, exchange);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void ready(SelectionKey key) {
    var channel = (SocketChannel) key.channel();
    var exchange = (Exchange) key.attachment();
    try {
      if (exchange == null) { // the server ended an idle connection
        idle.remove(key);
        channel.close();
      } else if (key.isConnectable()) {
        channel.finishConnect();
        write(key, exchange);
      } else if (key.isWritable()) {
        write(key, exchange);
      } else if (key.isReadable()) {
        read(key, exchange);
      }
    } catch (IOException e) {
      end(key, exchange, failure(e.toString()));
    }
  }

  private static void write(SelectionKey key, Exchange exchange) throws IOException {
    ((SocketChannel) key.channel()).write(exchange.request);
    key.interestOps(exchange.request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  private void read(SelectionKey key, Exchange exchange) throws IOException {
    read.clear();
    int count = ((SocketChannel) key.channel()).read(read);
    read.flip();
    if (count < 0) {
      end(key, exchange, exchange.takeEnd());
    } else {
      exchange.take(read).ifPresent(answer -> end(key, exchange, answer));
    }
  }

  private void end(SelectionKey key, Exchange exchange, Answer answer) {
    if (exchange == null || exchange.hasEnded()) {
      return;
    }
    open--;
    if (key != null && share && answer.status() != 0 && exchange.leavesConnection()) {
      key.attach(null);
      key.interestOps(SelectionKey.OP_READ);
      idle.add(key);
    } else if (key != null) {
      key.attach(null);
      try {
        key.channel().close();
      } catch (IOException _) {
        // Its answer is complete, or its failure is told already.
      }
    }
    exchange.end(answer);
  }

  private void giveUp(long now) {
    while (!bySending.isEmpty()) {
      Exchange first = exchangesBySending.getFirst();
      if (!first.hasEnded() && first.deadlineNanos > now) {
        return;
      }
      SelectionKey key = bySending.removeFirst();
      exchangesBySending.removeFirst();
      end(key, first, failure("no whole answer in time"));
    }
  }

  private static Answer failure(String why) {
    return new Answer(0, new byte[0], why);
  }
}
