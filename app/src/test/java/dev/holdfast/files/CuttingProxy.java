package dev.holdfast.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Stands between a client and a server and, when told to, passes a request on and then cuts the
 * client off, while the server goes on with the request.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, AtomicInteger> cuts = new ConcurrentHashMap<>();
  private final AtomicInteger done = new AtomicInteger();
  private volatile BooleanSupplier chance = () -> false;

  CuttingProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0);
    Future<?> _ = threads.submit(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Cuts the next so many PUTs off. */
  void cutNext(int requests) {
    cutNext("PUT", requests);
  }

  /** Cuts the next so many requests of a method off. */
  void cutNext(String method, int requests) {
    cuts.put(method, new AtomicInteger(requests));
  }

  /** Cuts requests off by chance, whatever their method, besides those that are cut anyway. */
  void cutBy(BooleanSupplier chance) {
    this.chance = chance;
  }

  /** How many requests are still to be cut for sure. */
  int cutsLeft() {
    return cuts.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /** How many requests were cut. */
  int cutsDone() {
    return done.get();
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
      String method = "";
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        method = method(buffer, n).orElse(method);
        out.write(buffer, 0, n);
        out.flush();
        // The test's requests are small: head and body come in one or two pieces.
        if (in.available() == 0 && isWhole(method, buffer, n) && takeCut(method)) {
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

  private static Optional<String> method(byte[] buffer, int n) {
    var start = new String(buffer, 0, Math.min(n, 8), StandardCharsets.ISO_8859_1);
    return Stream.of("GET", "PUT", "DELETE").filter(m -> start.startsWith(m + " ")).findAny();
  }

  /** Bodies of the test end with a full stop, and heads without one with an empty line. */
  private static boolean isWhole(String method, byte[] buffer, int n) {
    return buffer[n - 1] == (method.equals("PUT") ? '.' : '\n');
  }

  private boolean takeCut(String method) {
    AtomicInteger left = cuts.getOrDefault(method, new AtomicInteger());
    boolean cut = left.getAndUpdate(n -> Math.max(0, n - 1)) > 0 || chance.getAsBoolean();
    if (cut) {
      done.incrementAndGet();
    }
    return cut;
  }
}
