package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.nginx.LeftNginx;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code holdfast up} in a process of its own, with one pair and a quick file server. The next
 * start may use its directory and its ports again.
 *
 * <p>Threading: for one thread at a time.
 */
public final class UpProcess implements AutoCloseable {
  private static final long EXIT_TIMEOUT_S = Patience.STEP_S;

  private final Path dir;
  private final Map<String, Integer> ports;
  private final List<String> options;
  private final Map<String, String> environment = new HashMap<>();
  private Process process;

  /**
   * @param dir for the data directory and the output of both streams
   * @param options further options
   */
  public UpProcess(Path dir, String... options) throws IOException {
    this(dir, freePorts(), List.of(options));
  }

  private UpProcess(Path dir, Map<String, Integer> ports, List<String> options) {
    this.dir = dir;
    this.ports = ports;
    this.options = options;
  }

  private static Map<String, Integer> freePorts() throws IOException {
    List<Integer> free = FreePorts.take(4);
    return Map.of(
        "--port", free.get(0),
        "--sidecar-port", free.get(1),
        "--file-server-port", free.get(2),
        "--scoreboard-port", free.get(3));
  }

  /** Sets a variable of the environment for the next starts. */
  public void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** Returns another one for the same directory, on ports of its own. */
  public UpProcess beside() throws IOException {
    return new UpProcess(dir, freePorts(), options);
  }

  /** Starts it. Returns when it is up. */
  public void startUp() throws Exception {
    start();
    Await.until("it is up", () -> isUp() || !process.isAlive());
    assertThat(isUp()).as(() -> err()).isTrue();
  }

  /** Starts it. */
  public void start() throws IOException {
    var all =
        new ArrayList<>(
            List.of("up", "--pairs=1", "--file-server-latency-ms=10", "--data-dir=" + dataDir()));
    ports.forEach((option, port) -> all.add(option + "=" + port));
    all.addAll(options);
    ProcessBuilder builder = Launcher.of(all.toArray(String[]::new));
    builder.environment().putAll(environment);
    process =
        builder
            .redirectOutput(dir.resolve("out").toFile())
            .redirectError(dir.resolve("err").toFile())
            .start();
  }

  /** Ends the JVM as {@code kill -9} does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits until it has ended. Returns its exit code. */
  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  public Api front() {
    return new Api(URI.create("http://127.0.0.1:" + port()));
  }

  int port() {
    return ports.get("--port");
  }

  public Path dataDir() {
    return dir.resolve("data");
  }

  /** Returns the master of nginx, by its pid file. */
  public ProcessHandle nginx() throws IOException {
    String pid = Files.readString(dataDir().resolve("nginx/nginx.pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Returns nginx's workers, which it starts after it listens. */
  public List<ProcessHandle> nginxWorkers() throws Exception {
    ProcessHandle master = nginx();
    Await.until("there is a worker", () -> master.descendants().findAny().isPresent());
    return master.descendants().toList();
  }

  /** Returns nginx with its workers. */
  public List<ProcessHandle> nginxProcesses() throws Exception {
    return Stream.concat(Stream.of(nginx()), nginxWorkers().stream()).toList();
  }

  /** Returns its standard error since its last start. */
  public String err() {
    return read("err");
  }

  private boolean isUp() {
    return read("out").contains("Ctrl-C stops it.");
  }

  private String read(String stream) {
    try {
      return Files.readString(dir.resolve(stream));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends it in order, and any nginx that it has left. */
  @Override
  public void close() throws IOException {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    if (Files.exists(dataDir())) {
      new LeftNginx(dataDir().resolve("nginx")).end();
    }
  }
}
