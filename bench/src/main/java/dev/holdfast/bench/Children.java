package dev.holdfast.bench;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The processes that a run starts, each on its own cores. However the run ends, this ends the
 * processes that are left, with their children.
 *
 * <p>Threading: {@link #close} may be called from any thread, such as a shutdown hook.
 */
final class Children implements AutoCloseable {
  private static final long STOP_TIMEOUT_MS = 20_000;
  private static final long POLL_MS = 10;

  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Starts a process.
   *
   * @param cores the cores, as taskset takes them
   * @param environment variables in addition to this process's own
   * @param output the file of its output and its errors
   */
  Process start(
      String cores,
      Path directory,
      Map<String, String> environment,
      Path output,
      List<String> words)
      throws IOException {
    if (closed) {
      throw new IOException("the run is being ended");
    }
    var command = new ArrayList<>(List.of("taskset", "-c", cores));
    command.addAll(words);
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    running.add(process);
    if (closed) { // in between
      stop(process);
    }
    return process;
  }

  /** Runs a process to its end and returns what it printed. */
  String run(String cores, Path directory, List<String> words)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "run", ".log");
    Process process = start(cores, directory, Map.of(), output, words);
    int code = process.waitFor();
    running.remove(process);
    String printed = Files.readString(output);
    if (code != 0) {
      throw new IOException(words + " ended with " + code + ": " + printed.strip());
    }
    return printed;
  }

  /** Waits until a server answers. */
  static void await(Process process, Path output, Ready ready, long timeoutMs)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!ready.is()) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS) || System.nanoTime() - deadline > 0) {
        throw new IOException("it does not start: " + Files.readString(output).strip());
      }
    }
  }

  /** Checks that a server works. */
  interface Ready {
    boolean is() throws InterruptedException;
  }

  /** Ends a process and its children, gently first. */
  void stop(Process process) {
    // A killed master leaves its workers behind, so they are noted before it goes.
    List<ProcessHandle> below = process.descendants().toList();
    process.toHandle().destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    below.forEach(ProcessHandle::destroyForcibly);
    running.remove(process);
  }

  /** Ends a process at once, as a crash does. */
  void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
    running.remove(process);
  }

  @Override
  public void close() {
    closed = true;
    running.parallelStream().forEach(this::stop);
  }

  /** Ends all processes, and removes the directory in which they worked. */
  void endIn(Path work, PrintStream progress) {
    close();
    try {
      remove(work);
    } catch (IOException | UncheckedIOException e) {
      progress.println("left behind: " + work + ": " + e);
    }
  }

  /** Removes a directory with everything in it. */
  static void remove(Path directory) throws IOException {
    try (var below = Files.walk(directory)) {
      below
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
