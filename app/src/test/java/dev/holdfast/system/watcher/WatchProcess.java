package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.system.Api;
import dev.holdfast.system.Launcher;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code holdfast watch} in a process of its own. It may be ended and started again, with the same
 * directory.
 *
 * <p>Threading: for one thread at a time.
 */
final class WatchProcess implements AutoCloseable {
  private final Path dir;
  private final int port;
  private final List<String> command;
  private Process process;

  /**
   * @param dir for the data directory and the output
   * @param prefix of the command, such as one that sets a limit
   * @param jvm options of the JVM
   * @param options of the watcher
   */
  WatchProcess(Path dir, List<String> prefix, List<String> jvm, List<String> options)
      throws IOException {
    this(dir, prefix, Launcher.of(), jvm, options);
  }

  private WatchProcess(
      Path dir,
      List<String> prefix,
      ProcessBuilder launcher,
      List<String> jvm,
      List<String> options)
      throws IOException {
    this.dir = dir;
    this.port = FreePorts.one();
    var words = new ArrayList<>(prefix);
    List<String> program = launcher.command();
    words.add(program.getFirst());
    words.addAll(jvm);
    words.addAll(program.subList(1, program.size()));
    words.addAll(List.of("watch", "--port=" + port, "--data-dir=" + dir.resolve("data")));
    words.addAll(options);
    this.command = List.copyOf(words);
  }

  /** Returns a watcher whose classes are in one file, so that no class takes a descriptor. */
  static WatchProcess packed(Path dir, List<String> prefix, List<String> options)
      throws IOException {
    return new WatchProcess(dir, prefix, Launcher.packed(dir), List.of(), options);
  }

  /** Starts it. */
  void start() throws IOException {
    start(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()));
  }

  /** Starts it with a pipe for its output that nobody reads. */
  void startUnread() throws IOException {
    start(ProcessBuilder.Redirect.PIPE);
  }

  private void start(ProcessBuilder.Redirect output) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LANG", "C.UTF-8");
    builder.redirectOutput(output);
    process = builder.start();
  }

  /** Waits until it checks so many endpoints. */
  void awaitChecking(int endpoints) throws Exception {
    Await.until(
        "it checks " + endpoints + " endpoints", () -> isChecking(endpoints) || !process.isAlive());
    assertThat(process.isAlive()).as(this::said).isTrue();
  }

  private boolean isChecking(int endpoints) {
    try {
      JsonNode status = status();
      return status.at("/endpoints").asInt() == endpoints + 2 // with its canaries
          && status.at("/results/up").asInt() > 0;
    } catch (IOException notYet) {
      return false;
    }
  }

  JsonNode status() throws IOException {
    var api = new Api(URI.create("http://127.0.0.1:" + port));
    return new ObjectMapper().readTree(api.ask("GET", "/status").text());
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Lets it stand still (SIGSTOP). Returns once it does. */
  void pause() throws Exception {
    Signals.send("STOP", process.pid());
    Await.until("it stands still", () -> Signals.isStopped(process.pid()));
  }

  /** Lets it go on (SIGCONT). */
  void resume() throws Exception {
    Signals.send("CONT", process.pid());
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends it in order (SIGTERM). */
  void end() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).as(this::said).isTrue();
  }

  /** Returns its output of all lives. */
  String said() {
    try {
      Path log = dir.resolve("log");
      return Files.exists(log) ? Files.readString(log) : "nobody has read what it said";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
