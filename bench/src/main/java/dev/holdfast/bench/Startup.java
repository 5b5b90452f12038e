package dev.holdfast.bench;

import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Rows about starts: their duration, and the memory after them. */
final class Startup {
  private static final int CREATED = 201;
  private static final int WRITERS = 32;
  private static final long TIMEOUT_MS = 120_000;
  private static final long IDLE_MS = 5_000;
  private static final byte[] BODY = {1, 2, 3};

  private Startup() {}

  /** Measures from the start of {@code holdfast up} to the first acknowledged file, in seconds. */
  static Figure up(Session session) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Process up = start(session);
    double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
    session.ground().children().stop(up);
    return new Figure(seconds, Map.of(), Sample.NONE);
  }

  /** Measures the memory of an idle {@code holdfast up}, stand-ins included, in MB. */
  static Figure memory(Session session) throws IOException, InterruptedException {
    Process up = start(session);
    up.waitFor(IDLE_MS, TimeUnit.MILLISECONDS);
    Figure figure = Memory.of(List.of(up));
    session.ground().children().stop(up);
    return figure;
  }

  /**
   * Measures how long a killed sidecar takes from its start until it is ready, in seconds, with
   * published files and pending writes.
   */
  static Figure restart(Session session, int published, int pending)
      throws IOException, InterruptedException {
    Plan plan = session.plan();
    Path directory =
        Files.createTempDirectory(session.ground().directory(), "restart"); // several in a round
    Ground ground =
        Ground.lay(
            plan.project(), directory, plan.cores(), session.ground().children(), 1, 0, List.of());
    HoldfastStack stack = HoldfastStack.start(ground, List.of());
    try (var client = new Client()) {
      String url = stack.front().url();
      var settled = new FileSet("settled-", published, Plan.SMALL_BYTES);
      write(client, url, settled);
      client.post(stack.sidecarUrls().getFirst() + "/settle?waitMs=" + TIMEOUT_MS);
      ground.stopOrigins();
      var waiting = new FileSet("waiting-", pending, Plan.SMALL_BYTES);
      write(client, url, waiting);
      session.ground().children().kill(stack.sidecar(0));
      long started = System.nanoTime();
      stack.restart(0);
      double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
      Sample sample =
          new Sampler(client, url, settled, 0)
              .take(20)
              .and(new Sampler(client, url, waiting, 0).take(20));
      return new Figure(seconds, Map.of("published", published, "pending", pending), sample);
    } finally {
      stack.front().processes().forEach(session.ground().children()::stop);
      ground.stopOrigins();
    }
  }

  private static void write(Client client, String url, FileSet files)
      throws IOException, InterruptedException {
    Parallel.each(
        files.names(),
        WRITERS,
        name -> {
          int status = client.put(url + FileSet.PATH + name, files.body(name, 1)).status();
          if (status != CREATED) {
            throw new IOException("PUT " + name + ": status " + status);
          }
        });
  }

  private static Process start(Session session) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(session.ground().directory(), "up");
    Path output = directory.resolve("up.log");
    int port = FreePorts.one();
    int ports = FreePorts.inARow(2 * session.plan().pairs());
    Process process =
        session
            .ground()
            .holdfast(
                Map.of(),
                output,
                "up",
                "--port",
                Integer.toString(port),
                "--pairs",
                Integer.toString(session.plan().pairs()),
                "--sidecar-port",
                Integer.toString(ports),
                "--file-server-port",
                Integer.toString(ports + session.plan().pairs()),
                "--data-dir",
                directory.resolve("data").toString(),
                "--scoreboard-port",
                "0",
                "--stop-settle-ms",
                "0");
    String url = "http://" + Ground.LOOPBACK + ":" + port + FileSet.PATH + "first";
    Children.await(process, output, () -> acknowledges(session.client(), url), TIMEOUT_MS);
    return process;
  }

  private static boolean acknowledges(Client client, String url) throws InterruptedException {
    try {
      return client.put(url, BODY).status() == CREATED;
    } catch (IOException e) {
      return false; // nobody listens yet
    }
  }
}
