package dev.holdfast.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server and, when told to, passes a request on and then cuts the
 * client off, while the server goes on with the request.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger cuts = new AtomicInteger();

  CuttingProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0);
    Future<?> _ = threads.submit(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Cuts the next so many requests off. */
  void cutNext(int requests) {
    cuts.set(requests);
  }

  int cutsLeft() {
    return cuts.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }

  private Void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Future<?> _ = threads.submit(() -> connect(client));
    }
  }

  private Void connect(Socket client) throws IOException {
    // The server's side stays open when the client's is cut: it does not notice.
    var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    Future<?> _ = threads.submit(() -> copyAnswers(server, client));
    try (client) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      var buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
        // The test's requests are small: head and body come in one or two pieces.
        if (in.available() == 0 && isBodySent(buffer, n) && takeCut()) {
          return null;
        }
      }
      server.close();
      return null;
    }
  }

  private Void copyAnswers(Socket server, Socket client) throws IOException {
    InputStream in = server.getInputStream();
    OutputStream out = client.getOutputStream();
    in.transferTo(out);
    return null;
  }

  /** Bodies of the test end with a full stop. */
  private static boolean isBodySent(byte[] buffer, int n) {
    return buffer[n - 1] == '.';
  }

  private boolean takeCut() {
    return cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }
}
