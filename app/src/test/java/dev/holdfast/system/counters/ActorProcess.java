package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.system.Api;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An actor in a process of its own. It may be ended and started again, with the same directory.
 *
 * <p>Threading: requests may be sent from any number of threads.
 */
final class ActorProcess implements AutoCloseable {
  private static final List<String> SMALL =
      List.of(
          "-XX:+UseSerialGC", // these processes spend most of their time starting
          "-XX:TieredStopAtLevel=1",
          "-Xmx64m",
          "-Xss256k",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final int id;
  private final List<String> prefix;
  private final List<String> options;
  private final Path place;
  private final Path log;
  private final Api api;
  private Process process;

  /**
   * @param prefix of the command, such as one that enters a namespace
   * @param place the directory of the actors' directories
   * @param options further options of the command
   */
  ActorProcess(
      int id, List<String> prefix, String host, int port, Path place, List<String> options) {
    this.id = id;
    this.prefix = List.copyOf(prefix);
    this.place = place;
    this.log = place.resolveSibling("actor-" + id + ".log");
    this.api = new Api(URI.create("http://" + host + ":" + port));
    var all = new ArrayList<String>();
    all.addAll(List.of("counters", "--id=" + id, "--host=" + host, "--port=" + port));
    all.add("--data-dir=" + place);
    all.addAll(options);
    this.options = List.copyOf(all);
  }

  /** Starts it. */
  void start() throws IOException {
    assertThat(process == null || !process.isAlive()).isTrue();
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    var command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL);
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(options);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LANG", "C.UTF-8");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process = builder.start();
  }

  /** Waits until it takes requests. */
  void awaitUp() throws Exception {
    Await.until("actor " + id + " is up", () -> isUp() || !process.isAlive());
    assertThat(process.isAlive()).as(() -> said()).isTrue();
  }

  private boolean isUp() {
    try {
      return api.ask("GET", "/health").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  int id() {
    return id;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Returns the directory of this actor. */
  Path directory() {
    return place.resolve("" + id);
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it stand still (SIGSTOP). */
  void pause() throws Exception {
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  void resume() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits until it has ended by itself. Returns its exit code. */
  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Returns its output of all lives. */
  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  RawResponse get(String target) throws IOException {
    return api.ask("GET", target);
  }

  /**
   * Posts a body.
   *
   * @throws ConnectException if nobody listens: then nothing was sent
   */
  RawResponse post(String target, String body, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length());
    try (RawHttp http = api.connect()) {
      http.request("POST", target, all.toArray(String[]::new)).text(body);
      return http.finalResponse();
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
