package dev.holdfast.system;

import dev.holdfast.cli.Main;
import dev.holdfast.testkit.Patience;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process with a sidecar, or with several, whose end is then one. Its output is in a log file.
 */
public final class SidecarProcess implements AutoCloseable {
  private static final long START_TIMEOUT_MS = Patience.STEP.toMillis();
  private static final long STOP_TIMEOUT_MS = Patience.STEP.toMillis();
  private static final long POLL_MS = 20;

  private final Process process;
  private final Path log;

  private SidecarProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts {@code holdfast sidecar} and returns at once. */
  public static SidecarProcess launch(Path log, int heapMb, List<String> options)
      throws IOException {
    var command = new ArrayList<>(ProductJvm.commandWithTests(jvmOptions(heapMb)));
    command.addAll(sidecar(options));
    return launch(command, log);
  }

  /**
   * Starts several sidecars in one process and returns at once.
   *
   * @param heapMb for each of them
   * @param options those of each
   */
  public static SidecarProcess launchTogether(Path log, int heapMb, List<List<String>> options)
      throws IOException {
    var command = new ArrayList<>(ProductJvm.commandWithTests(jvmOptions(heapMb * options.size())));
    command.add(SeveralCommands.class.getName());
    command.addAll(
        SeveralCommands.arguments(
            options.stream()
                .map(own -> Stream.concat(Stream.of("sidecar"), own.stream()).toList())
                .toList()));
    return launch(command, log);
  }

  private static List<String> jvmOptions(int heapMb) {
    return List.of("-Xmx" + heapMb + "m", "-XX:+ExitOnOutOfMemoryError");
  }

  private static List<String> sidecar(List<String> options) {
    var words = new ArrayList<>(List.of(Main.class.getName(), "sidecar"));
    words.addAll(options);
    return words;
  }

  private static SidecarProcess launch(List<String> command, Path log) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LANG", "C.UTF-8");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    process.getOutputStream().close();
    return new SidecarProcess(process, log);
  }

  /**
   * Starts a sidecar with so few file descriptors. Its classes are in one file, since from a
   * directory the JVM opens a file for each class.
   */
  public static SidecarProcess launchWithDescriptors(int most, Path directory, List<String> options)
      throws IOException {
    var entries = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!Files.isDirectory(path)) {
        entries.add(entry);
      } else if (!Files.exists(path.resolve("logback-test.xml"))) { // leaves out the log of tests
        entries.add(Launcher.jar(path, directory.resolve(entries.size() + ".jar")).toString());
      }
    }
    var command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -n " + most + " && exec \"$@\"", "sh"));
    command.addAll(ProductJvm.command(jvmOptions(96), String.join(File.pathSeparator, entries)));
    command.addAll(sidecar(options));
    return launch(command, directory.resolve("sidecar.log"));
  }

  /** Waits until it is ready. */
  public SidecarProcess awaitReady(int port) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_TIMEOUT_MS);
    while (!isReady(port)) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS) || System.nanoTime() - deadlineNs > 0) {
        close();
        throw new IOException("the sidecar did not start: " + Files.readString(log));
      }
    }
    return this;
  }

  /** Ends it as a power failure does (SIGKILL). */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it ends by itself. Returns its exit code. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(START_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the sidecar goes on");
    }
    return process.exitValue();
  }

  /** Stops it in order (SIGTERM), or by force when that takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  private static boolean isReady(int port) {
    try {
      var sidecar = new Api(URI.create("http://127.0.0.1:" + port));
      return sidecar.ask("GET", "/health").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
