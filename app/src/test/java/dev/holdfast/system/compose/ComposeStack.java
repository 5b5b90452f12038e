package dev.holdfast.system.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.fibonacci.FibonacciRoutes;
import dev.holdfast.names.Ring;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.StackFacts;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The stack of the Compose file on a real Docker Engine, as a project of its own with new volumes.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class ComposeStack implements AutoCloseable {
  static final int PAIRS = 3;

  /** How many counters the profile of that name has. */
  static final int COUNTERS = 5;

  /** The first three numbers of the addresses of all containers. */
  static final String NET = "172.28.81";

  /** Compose v2, a plugin of Docker's command. */
  static final List<String> V2 = List.of("docker", "compose");

  /** Compose 1.29, a command of its own. */
  static final List<String> V1 = List.of("docker-compose");

  private static final String PROJECT = "holdfast-test";

  /** CPU of a starved container: all eight together have a tenth of a core. */
  private static final int STARVED_US_OF_100_MS = 1_250;

  private static final List<String> RING =
      IntStream.rangeClosed(1, PAIRS).mapToObj(i -> "sidecar-" + i + ":8181").toList();

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> compose;
  private final StackFacts facts;
  private final URI scoreboard;
  private final URI watch;
  private final List<URI> counters = new ArrayList<>();
  private final AtomicInteger probes = new AtomicInteger();
  private Duration untilFirstAnswers = Duration.ZERO;

  private ComposeStack(Path summaryDir, List<String> compose, List<String> files)
      throws IOException {
    this.compose = compose;
    environment.put("COMPOSE_FILE", String.join(":", files));
    if (Runtime.getRuntime().availableProcessors() == 1) {
      environment.put("HOLDFAST_CPUSET", "0");
    }
    List<Integer> ports = FreePorts.take(3 + COUNTERS);
    environment.put("COMPOSE_PROJECT_NAME", PROJECT);
    environment.put("HOLDFAST_PORT", ports.get(0).toString());
    environment.put("HOLDFAST_SCOREBOARD_PORT", ports.get(1).toString());
    environment.put("HOLDFAST_SUMMARY_DIR", summaryDir.toAbsolutePath().toString());
    environment.put("HOLDFAST_NET", NET);
    environment.put("HOLDFAST_WATCH_PUBLISH", "127.0.0.1:" + ports.get(2));
    environment.put("HOLDFAST_WATCH_ALLOW_NET", NET + ".0/24");
    watch = URI.create("http://127.0.0.1:" + ports.get(2));
    for (int i = 1; i <= COUNTERS; i++) {
      int port = ports.get(2 + i);
      environment.put("HOLDFAST_COUNTERS_PUBLISH_" + i, "127.0.0.1:" + port);
      counters.add(URI.create("http://127.0.0.1:" + port));
    }
    scoreboard = URI.create("http://127.0.0.1:" + ports.get(1) + "/");
    facts =
        new StackFacts(URI.create("http://127.0.0.1:" + ports.get(0)), Path.of("none"), List.of());
  }

  /**
   * Builds the images and starts the stack. Returns when all of it has answered.
   *
   * @param summaryDir the directory in which the scoreboard looks for the summary of a load run
   */
  static ComposeStack up(Path summaryDir) throws Exception {
    return up(summaryDir, isThere(V2) ? V2 : V1, List.of("compose/docker-compose.yml"));
  }

  /**
   * Does the same with one version of Compose, and with files to merge.
   *
   * @param files from the root of the repository
   */
  static ComposeStack up(Path summaryDir, List<String> compose, List<String> files)
      throws Exception {
    var stack = new ComposeStack(summaryDir, compose, files);
    stack.close(); // an earlier run may have left a stack
    stack.compose("build");
    long startedNs = System.nanoTime();
    stack.compose("up", "-d");
    stack.awaitFirstAnswers();
    stack.untilFirstAnswers = Duration.ofNanos(System.nanoTime() - startedNs);
    for (int i = 0; i < PAIRS; i++) {
      stack.awaitBack(i);
    }
    return stack;
  }

  /** Returns true if this version of Compose can be run. */
  static boolean isThere(List<String> compose) throws InterruptedException {
    var command = new ArrayList<>(compose);
    command.add("version");
    try {
      Process version = new ProcessBuilder(command).redirectErrorStream(true).start();
      version.getInputStream().readAllBytes();
      return version.waitFor() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  /** Tries to build the images for a set of CPUs. Returns the exit code and what was said. */
  static String build(List<String> compose, String cpuset)
      throws IOException, InterruptedException {
    var builder = inRoot(compose, "build").redirectErrorStream(true);
    builder.environment().put("HOLDFAST_CPUSET", cpuset);
    Process build = builder.start();
    String said = new String(build.getInputStream().readAllBytes(), UTF_8);
    return build.waitFor() + "\n" + said;
  }

  /** Returns the files as Compose merges them. */
  static String config(List<String> compose, List<String> files) throws IOException {
    var builder = inRoot(compose, "config").redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("COMPOSE_FILE", String.join(":", files));
    return new String(builder.start().getInputStream().readAllBytes(), UTF_8);
  }

  private static ProcessBuilder inRoot(List<String> compose, String command) {
    var whole = new ArrayList<>(compose);
    whole.add(command);
    var builder = new ProcessBuilder(whole).directory(Path.of("..").toFile());
    builder.environment().put("COMPOSE_PROJECT_NAME", PROJECT);
    return builder;
  }

  /**
   * Returns the time from {@code up} with built images until a PUT was answered 201 and its GET
   * 200.
   */
  Duration untilFirstAnswers() {
    return untilFirstAnswers;
  }

  StackFacts facts() {
    return facts;
  }

  /** Returns the address of the scoreboard's page. */
  URI scoreboard() {
    return scoreboard;
  }

  /** Returns the address of the watcher, which {@link #compose} has to start. */
  URI watch() {
    return watch;
  }

  /** Returns the addresses of the counters, which {@link #compose} has to start. */
  List<URI> counters() {
    return List.copyOf(counters);
  }

  int ownerOf(String name) {
    return ProcessStack.ownerOf(RING, name);
  }

  /** Returns which sidecar has the Fibonacci sequence. */
  int ownerOfSequence() {
    return Ring.of(RING).ownerOf(FibonacciRoutes.RING_KEY.getBytes(UTF_8));
  }

  /** Kills all processes of a container but its first, which then ends. Docker sees a crash. */
  void kill(String service) {
    run("docker", "exec", id(service), "bash", "-c", "kill -KILL -1");
  }

  /** Stops all processes of a container. Nothing in it answers any more. */
  void hang(String service) {
    run("docker", "exec", id(service), "bash", "-c", "kill -STOP -1");
  }

  /** Returns true if the last health check of a container succeeded. */
  boolean isHealthy(String service) {
    return run("docker", "inspect", "-f", "{{.State.Health.Status}}", id(service))
        .strip()
        .equals("healthy");
  }

  void pause(String service) {
    run("docker", "pause", id(service));
  }

  void unpause(String service) {
    run("docker", "unpause", id(service));
  }

  /** Returns the names of the services that have a container. */
  List<String> services() {
    return inspect("{{index .Config.Labels \"com.docker.compose.service\"}}");
  }

  /** Returns what {@code docker inspect} says of each container, in the order of the services. */
  List<String> inspect(String format) {
    var command = new ArrayList<>(List.of("docker", "inspect", "-f", format));
    command.addAll(ids());
    return run(command.toArray(String[]::new)).lines().toList();
  }

  /** Gives all containers a tenth of one core together. */
  void starve() {
    quota(STARVED_US_OF_100_MS);
  }

  void feed() {
    quota(-1);
  }

  private void quota(int usOf100Ms) {
    var command =
        new ArrayList<>(
            List.of("docker", "update", "--cpu-period", "100000", "--cpu-quota", "" + usOf100Ms));
    command.addAll(ids());
    run(command.toArray(String[]::new));
  }

  private List<String> ids() {
    return run(
            "docker",
            "ps",
            "-aq",
            "--no-trunc",
            "--filter",
            "label=com.docker.compose.project=" + PROJECT)
        .lines()
        .toList();
  }

  void compose(String... arguments) {
    var command = new ArrayList<>(compose);
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /**
   * Runs a script in a container's shell. Returns the output of both streams, with the exit code in
   * a last line.
   */
  String shell(String service, String script) {
    return run("docker", "exec", id(service), "bash", "-c", "{ " + script + "; } 2>&1; echo $?");
  }

  /** Returns how often Docker has restarted a container. */
  int restarts(String service) {
    return Integer.parseInt(
        run("docker", "inspect", "-f", "{{.RestartCount}}", id(service)).strip());
  }

  /** Returns the log of a container since a moment, RFC 3339. */
  List<String> log(String service, String since) {
    return run("docker", "logs", "--since", since, id(service)).lines().toList();
  }

  /** Returns the events in which the kernel killed a process of a container for its memory. */
  List<String> outOfMemory(String since) {
    return run(
            "docker",
            "events",
            "--since",
            since,
            "--until",
            Instant.now().toString(),
            "--filter",
            "event=oom",
            "--filter",
            "label=com.docker.compose.project=" + PROJECT)
        .lines()
        .toList();
  }

  String memory() {
    return run(
        "docker", "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}} {{.CPUPerc}}");
  }

  /** Waits until a pair takes a write, shows it, and reaches its file server. */
  void awaitBack(int pair) throws Exception {
    String name = nameOf(pair);
    Await.until(name + " can be written", () -> status(() -> facts.put(name, new byte[1])) == 201);
    Await.until(name + " can be read", () -> status(() -> facts.get(name)) == 200);
    Await.until(
        "file server " + (pair + 1) + " is asked",
        () -> status(() -> facts.get(nameOf(pair))) == 404);
  }

  @Override
  public void close() {
    compose(
        "--profile",
        "counters",
        "--profile",
        "watch",
        "down",
        "-v",
        "--remove-orphans",
        "-t",
        "30");
  }

  /** Returns a plain name of a pair that no other call returns. */
  private String nameOf(int pair) {
    while (true) {
      String name = "probe-" + probes.incrementAndGet();
      if (ownerOf(name) == pair) {
        return name;
      }
    }
  }

  private void awaitFirstAnswers() throws Exception {
    Await.until("a first 201", () -> status(() -> facts.put("first", new byte[1])) == 201);
    Await.until("a first 200", () -> status(() -> facts.get("first")) == 200);
  }

  private interface Request {
    HttpResponse<byte[]> send() throws IOException, InterruptedException;
  }

  private static int status(Request request) throws InterruptedException {
    try {
      return request.send().statusCode();
    } catch (IOException down) {
      return 0;
    }
  }

  private String id(String service) {
    String ids =
        run(
            "docker",
            "ps",
            "-aq",
            "--filter",
            "label=com.docker.compose.project=" + PROJECT,
            "--filter",
            "label=com.docker.compose.service=" + service);
    return ids.strip();
  }

  private String run(String... command) {
    try {
      Process process = start(List.of(command));
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      // 137: the process in the container that kills all others is killed as well.
      if (code != 0 && code != 137) {
        throw new IllegalStateException(String.join(" ", command) + ": " + code + "\n" + said);
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process start(List<String> command) throws IOException {
    var builder =
        new ProcessBuilder(command).directory(Path.of("..").toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }
}
