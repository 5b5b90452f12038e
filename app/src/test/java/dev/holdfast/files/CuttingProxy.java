package dev.holdfast.files;

import dev.holdfast.testkit.Accepting;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Stands between a client and a server and, when told to, passes a request on and then cuts the
 * client off, while the server goes on with the request.
 *
 * <p>It tells how soon the next request of that name comes, and holds it until the server has ended
 * the one before. So a request that comes too early is counted here, and one that comes in time
 * meets no other at the server, however long the machine holds the server up.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, AtomicInteger> cuts = new ConcurrentHashMap<>();
  private final AtomicInteger done = new AtomicInteger();
  private final Map<String, Cut> cutOff = new ConcurrentHashMap<>();
  private final AtomicLong soonestNanos = new AtomicLong(Long.MAX_VALUE);
  private volatile BooleanSupplier chance = () -> false;

  CuttingProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0);
    threads.execute(this::accept);
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

  /**
   * How soon after a cut the next request of the name has come at the soonest, in nanoseconds;
   * {@link Long#MAX_VALUE} if none has. It is counted from before the client could know.
   */
  long soonestNanos() {
    return soonestNanos.get();
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

  private void accept() {
    Accepting.all(
        listener,
        client -> {
          Future<?> _ = threads.submit(() -> connect(client));
        });
  }

  private Void connect(Socket client) throws IOException, InterruptedException {
    // The server's side stays open when the client's is cut: it does not notice.
    var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    var ended = new CountDownLatch(1);
    OutputStream answers = client.getOutputStream(); // a closed socket has none any more
    Future<?> _ = threads.submit(() -> copyAnswers(server, answers, ended));
    try (client) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      var buffer = new byte[64 * 1024];
      String method = "";
      String target = "";
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        Optional<String> begun = method(buffer, n);
        if (begun.isPresent()) {
          method = begun.get();
          target = target(buffer, n);
          awaitEndOfTheOneBefore(target);
        }
        // The test's requests are small: head and body come in one or two pieces.
        if (in.available() == 0 && isWhole(method, buffer, n) && takeCut(method)) {
          cutOff.put(target, new Cut(System.nanoTime(), ended));
          client.close(); // before the server can answer
          out.write(buffer, 0, n);
          return null;
        }
        out.write(buffer, 0, n);
      }
      server.close();
      return null;
    }
  }

  /** Copies answers; after a cut the next one is that of the request that was cut off. */
  private Void copyAnswers(Socket server, OutputStream out, CountDownLatch ended)
      throws IOException {
    try (server) {
      var buffer = new byte[64 * 1024];
      InputStream in = server.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n); // fails where the client was cut off
      }
    } finally {
      ended.countDown();
    }
    return null;
  }

  private void awaitEndOfTheOneBefore(String target) throws InterruptedException {
    Cut cut = cutOff.remove(target);
    if (cut != null) {
      soonestNanos.accumulateAndGet(System.nanoTime() - cut.atNanos, Math::min);
      cut.ended.await();
    }
  }

  /**
   * @param ended open as long as the server has not answered
   */
  private record Cut(long atNanos, CountDownLatch ended) {}

  private static Optional<String> method(byte[] buffer, int n) {
    var start = new String(buffer, 0, Math.min(n, 8), StandardCharsets.ISO_8859_1);
    return Stream.of("GET", "PUT", "DELETE").filter(m -> start.startsWith(m + " ")).findAny();
  }

  private static String target(byte[] buffer, int n) {
    return new String(buffer, 0, n, StandardCharsets.ISO_8859_1).split(" ", 3)[1];
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
