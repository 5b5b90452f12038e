package dev.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A watcher of the built jar, on the cores of the servers, with a database of its own.
 *
 * <p>Threading: of one thread.
 */
final class WatchAgent implements AutoCloseable {
  private static final double PAUSE_SECONDS = 0.2;
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final WatchPlan plan;
  private final WatchDatabase database;
  private final WatchSites sites;
  private final String name;
  private final Path directory;
  private final int port = FreePorts.one();
  private final PlainHttp connection =
      new PlainHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  private final ObjectMapper json = new ObjectMapper();
  private Process process;
  private int listed;

  /**
   * Makes an agent that does not run yet, and its database.
   *
   * @param name the name of both: lower-case letters and digits
   */
  WatchAgent(WatchPlan plan, WatchDatabase database, WatchSites sites, String name, Path directory)
      throws IOException {
    this.plan = plan;
    this.database = database;
    this.sites = sites;
    this.name = name;
    this.directory = directory;
    database.create(name);
  }

  /** Makes a list of endpoints the list of the database, and waits until a running agent has it. */
  void apply(List<WatchEndpoint> endpoints) throws IOException, InterruptedException {
    Path list = Files.writeString(directory.resolve("watch.yaml"), WatchEndpoint.list(endpoints));
    var words = words("apply", list.toString());
    plan.children().run(plan.cores().load(), directory, words);
    listed = endpoints.size();
    if (process != null) {
      awaitList();
    }
  }

  /** Starts the agent, and waits until it has its list. */
  void start(String... options) throws IOException, InterruptedException {
    var words = words();
    words.addAll(
        List.of(
            "--port",
            Integer.toString(port),
            "--data-dir",
            directory.resolve("data").toString(),
            "--allow-net",
            "127.0.0.0/8",
            "--ca-file",
            sites.authorities().toString()));
    words.addAll(List.of(options));
    process =
        plan.children()
            .start(
                plan.cores().servers(),
                directory,
                Map.of("JAVA_OPTS", plan.jvm(), "HOLDFAST_LOG_LEVEL", "WARN"),
                log(),
                words);
    awaitList();
  }

  private List<String> words(String... command) {
    var words =
        new ArrayList<>(List.of(plan.project().resolve("app/bin/holdfast").toString(), "watch"));
    words.addAll(List.of(command));
    words.addAll(List.of("--db-url", database.url(name), "--db-user", EmbeddedDatabase.USER));
    return words;
  }

  private void awaitList() throws IOException {
    await(
        () -> {
          if (!process.isAlive()) {
            throw new IOException("the watcher has ended: " + Files.readString(log()));
          }
          try {
            JsonNode status = status();
            // Its canaries are endpoints, too.
            return status.path("ready").asBoolean() && status.path("endpoints").asInt() > listed;
          } catch (IOException e) {
            return false; // nobody listens yet
          }
        });
  }

  JsonNode status() throws IOException {
    return json.readTree(connection.get("/status").body());
  }

  /**
   * Waits for a state of the agent, two minutes at most. Asks now and then alone, since each answer
   * costs the agent CPU.
   */
  void await(CounterActors.State state) throws IOException {
    CounterActors.await(
        () -> {
          CounterFullRows.pause(PAUSE_SECONDS);
          return state.is();
        });
  }

  /** Waits until the database has all results that the agent has had until now. */
  void awaitStored() throws IOException {
    long taken = status().path("database").path("taken").asLong();
    await(
        () -> {
          JsonNode stored = status().path("database");
          long left = stored.path("taken").asLong() - stored.path("waiting").asLong();
          return left >= taken
              && stored.path("spooled").asLong() == stored.path("replayed").asLong();
        });
  }

  Process process() {
    return process;
  }

  Path log() {
    return directory.resolve("watch.log");
  }

  WatchDatabase database() {
    return database;
  }

  String name() {
    return name;
  }

  /** Returns the heap in use behind a collection of all garbage, in MB. */
  double liveHeapMb() throws IOException, InterruptedException {
    jcmd("GC.run");
    return heapMb(jcmd("GC.heap_info"));
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    return plan.children()
        .run(
            plan.cores().load(),
            directory,
            List.of(program.toString(), Long.toString(process.pid()), command));
  }

  /** Returns the MB that the generations use together, as {@code jcmd PID GC.heap_info} says. */
  static double heapMb(String info) throws IOException {
    double kib = 0;
    boolean isFound = false;
    for (String line : info.lines().toList()) {
      Matcher used = USED.matcher(line);
      boolean isOfHeap =
          line.matches("(?i)\\s*(def ?new|tenured|garbage-first heap|psyounggen|paroldgen).*");
      if (isOfHeap && used.find()) {
        kib += Long.parseLong(used.group(1));
        isFound = true;
      }
    }
    if (!isFound) {
      throw new IOException("no heap in: " + info);
    }
    return kib * 1024 / 1e6;
  }

  /** Ends the agent, which writes down what it still has. */
  void stop() {
    if (process != null) {
      plan.children().stop(process);
      process = null;
    }
    connection.close();
  }

  @Override
  public void close() {
    stop();
  }
}
