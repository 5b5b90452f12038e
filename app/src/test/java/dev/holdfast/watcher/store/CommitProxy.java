package dev.holdfast.watcher.store;

import dev.holdfast.testkit.Accepting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and PostgreSQL, and cuts connections at an answer of the server, before
 * the client gets it: at that to COMMIT, the client does not know that it happened; at that to
 * COPY, the server does not get the COMMIT.
 */
public final class CommitProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cutsLeft = new AtomicInteger();
  private final AtomicInteger cutsDone = new AtomicInteger();
  private volatile String cutAt = "";

  public CommitProxy(int serverPort) throws IOException {
    this(0, serverPort);
  }

  CommitProxy(int port, int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Cuts at the next answers of a command that has changed something.
   *
   * @param command the beginning of the server's CommandComplete, such as {@code COMMIT}
   */
  public void cut(String command, int times) {
    cutAt = command;
    cutsLeft.set(times);
  }

  public int cutsDone() {
    return cutsDone.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }

  private void accept() {
    Accepting.all(
        listener,
        client -> {
          open.add(client);
          Future<?> _ = threads.submit(() -> connect(client));
        });
  }

  /** Connects a client with the server. While there is none, the client is sent away. */
  private Void connect(Socket client) throws IOException {
    try {
      var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
      open.add(server);
      Future<?> _ = threads.submit(() -> copy(client, server, false));
      Future<?> _ = threads.submit(() -> copy(server, client, true));
    } catch (ConnectException nobody) {
      client.close();
    }
    return null;
  }

  private Void copy(Socket from, Socket to, boolean isAnswer) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      var buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (isAnswer && isToBeCut(buffer, n)) {
          cutsDone.incrementAndGet();
          return null;
        }
        out.write(buffer, 0, n);
      }
    }
    return null;
  }

  private boolean isToBeCut(byte[] buffer, int n) {
    return cutsLeft.get() > 0
        && new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains(cutAt)
        && cutsLeft.getAndDecrement() > 0;
  }
}
