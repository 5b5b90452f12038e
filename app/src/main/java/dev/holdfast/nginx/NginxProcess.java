package dev.holdfast.nginx;

import dev.holdfast.http.Ports;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An nginx that runs as a child process in the foreground. Its standard error goes to the log of
 * this class.
 *
 * <p>A JVM that ends does not end its children. Close an nginx that you start in a shutdown hook.
 *
 * <p>Threading: {@link #close} may be called from any thread, and more than once.
 */
public final class NginxProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NginxProcess.class);

  /** The configuration file, below the directory that nginx works in. */
  static final String CONFIGURATION = NginxFiles.MAIN;

  /** The pid file, as the configuration names it. */
  static final String PID_FILE = "nginx.pid";

  private static final List<Path> USUAL_PLACES =
      List.of(
          Path.of("/usr/sbin"),
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"),
          Path.of("/opt/homebrew/bin"));
  private static final long START_TIMEOUT_MS = 10_000;
  private static final long STOP_TIMEOUT_MS = 10_000;
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final long POLL_MS = 10;
  private static final String EMERGENCY = "[emerg]";

  private final Process process;
  private final InetSocketAddress address;
  private final Path pidFile;
  private final Thread errorReader;

  /** nginx's last message before it gave up; empty as long as it has not. */
  private volatile String complaint = "";

  private NginxProcess(Process process, InetSocketAddress address, Path pidFile) {
    this.process = process;
    this.address = address;
    this.pidFile = pidFile;
    this.errorReader = Thread.ofVirtual().name("nginx-stderr").start(this::copyErrors);
  }

  /**
   * Finds the nginx program.
   *
   * @param option the program that the user has named (option {@code --nginx}); if empty, this
   *     looks on the PATH and in the usual places
   * @throws IOException if there is none; the message is one line with the remedy
   */
  public static Path find(Optional<Path> option) throws IOException {
    if (option.isPresent()) {
      if (!Files.isExecutable(option.get()) || Files.isDirectory(option.get())) {
        throw new IOException("no program at " + option.get());
      }
      return option.get();
    }
    return find(System.getenv().getOrDefault("PATH", ""), USUAL_PLACES);
  }

  public static Path find(String path, List<Path> usualPlaces) throws IOException {
    var onPath =
        Stream.of(path.split(File.pathSeparator, -1)).filter(p -> !p.isEmpty()).map(Path::of);
    return Stream.concat(onPath, usualPlaces.stream())
        .map(directory -> directory.resolve("nginx"))
        .filter(program -> Files.isExecutable(program) && !Files.isDirectory(program))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "nginx is not installed: apt-get install nginx (Debian, Ubuntu) or brew install"
                        + " nginx (macOS), or say where it is with --nginx"));
  }

  /**
   * Starts nginx; it accepts connections when this returns.
   *
   * @param program the nginx program, 1.19.5 or newer, see {@link #find}
   * @param workDir a directory of its own for the configuration, the pid and temporary files; made
   *     if it is missing
   * @throws BindException if the port is taken or the address is not of this machine
   * @throws IOException if nginx does not take the configuration or does not start; the message is
   *     one line
   */
  public static NginxProcess start(Path program, Path workDir, NginxConfig config)
      throws IOException {
    var prefix = workDir.toAbsolutePath();
    var conf = prefix.resolve(CONFIGURATION);
    config.files().writeTo(prefix);
    var command =
        List.of(
            program.toAbsolutePath().toString(),
            "-e",
            "stderr",
            "-p",
            prefix + "/",
            "-c",
            conf.toString());
    test(command);
    NginxConfig.Listen listen = config.listen();
    var address = new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port());
    Ports.requireFree(listen.host(), listen.port()); // nginx itself would try for seconds
    var builder =
        new ProcessBuilder(command)
            .directory(prefix.toFile()) // by which its workers are found, see LeftNginx
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    var nginx = new NginxProcess(builder.start(), address, prefix.resolve(PID_FILE));
    try {
      nginx.awaitAccepting();
    } catch (IOException | RuntimeException e) {
      nginx.close();
      throw e;
    }
    return nginx;
  }

  /** Returns the port that nginx listens on, 1 to 65535. */
  public int port() {
    return address.getPort();
  }

  /** Returns true if nginx still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Returns why nginx ended, as far as it is known. Call it only when nginx is not alive any more.
   */
  String howItEnded() {
    String code = "exit code " + process.exitValue();
    return complaint.isEmpty() ? code : code + ", " + complaint;
  }

  /**
   * Makes nginx write to new log files under the former names (SIGUSR1). Its workers change over
   * one by one, soon after this returns.
   *
   * @throws IOException if nginx cannot be told
   */
  void reopenLogs() throws IOException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -USR1 " + process.pid()).start();
    try {
      if (kill.waitFor() != 0 && process.isAlive()) {
        throw new IOException("nginx cannot be told to write to a new log");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while nginx was told to write to a new log", e);
    }
  }

  /** Returns nginx and its present workers. */
  public List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /**
   * Stops nginx. nginx closes its connections at once and writes the access log out. Returns when
   * nginx and its workers are gone.
   */
  @Override
  public void close() {
    // A killed master leaves its workers behind, so they are noted before it goes.
    var processes = processes();
    process.toHandle().destroy(); // SIGTERM; Process.destroy would close its standard error, too
    try {
      if (process.waitFor(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        errorReader.join(
            Duration.ofMillis(STOP_TIMEOUT_MS)); // a worker that is left may hold it open
        return;
      }
      log.warn("nginx did not stop within {} ms and is killed", STOP_TIMEOUT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    processes.forEach(ProcessHandle::destroyForcibly);
  }

  /** Runs {@code nginx -t}, which checks the configuration. */
  private static void test(List<String> command) throws IOException {
    var builder = new ProcessBuilder(Stream.concat(command.stream(), Stream.of("-t")).toList());
    var process = builder.redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      var lines = output.lines().toList();
      if (process.waitFor() != 0) {
        throw new IOException("nginx does not take its configuration: " + complaint(lines));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while nginx tested its configuration", e);
    }
  }

  /** Returns the line of nginx's output that names the error. */
  private static String complaint(List<String> lines) {
    return lines.stream()
        .filter(line -> line.contains(EMERGENCY))
        .findFirst()
        .or(() -> lines.stream().findFirst())
        .orElse("it does not say why");
  }

  private void awaitAccepting() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_TIMEOUT_MS);
    try {
      while (!hasPidFile() || !accepts()) {
        if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
          errorReader.join();
          throw new IOException("nginx ended at its start: " + complaint);
        }
        if (System.nanoTime() - deadline > 0) {
          throw new IOException("nginx does not accept connections on port " + port());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while nginx started", e);
    }
  }

  /**
   * Returns true if the pid file is there. nginx writes it after it has begun to listen, and {@link
   * LeftNginx} reads it.
   */
  private boolean hasPidFile() throws IOException {
    try {
      return Files.readString(pidFile).strip().equals(Long.toString(process.pid()));
    } catch (NoSuchFileException notYet) {
      return false;
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_TIMEOUT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void copyErrors() {
    try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        log.warn("{}", line);
        if (line.contains(EMERGENCY)) {
          complaint = line;
        }
      }
    } catch (IOException e) {
      log.debug("nginx's standard error is closed", e);
    }
  }
}
