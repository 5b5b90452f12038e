package dev.holdfast.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another process that has the lock of a directory, until it is ended. */
public final class LockHolder implements AutoCloseable {
  private final Process process;
  private final BufferedReader said;

  private LockHolder(Process process) {
    this.process = process;
    this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Runs in the other process. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[1]);
    Optional<DirectoryLock> lock =
        args[0].equals("shared")
            ? DirectoryLock.shared(directory)
            : DirectoryLock.alone(directory, Long.parseLong(args[2]), Long.parseLong(args[3]));
    System.out.println(lock.isPresent() ? "locked" : "refused");
    while (System.in.read() >= 0) {
      // until the test ends it
    }
  }

  /** Starts one that wants the directory alone. It says what came of it by {@link #isLocked}. */
  public static LockHolder alone(Path directory, long waitMs) throws IOException {
    return alone(directory, waitMs, waitMs);
  }

  /** Starts one that wants the directory alone, and waits longer for readers. */
  public static LockHolder alone(Path directory, long waitMs, long readersWaitMs)
      throws IOException {
    return start(
        "alone", directory.toString(), Long.toString(waitMs), Long.toString(readersWaitMs));
  }

  /** Starts one that wants to read the directory. */
  public static LockHolder shared(Path directory) throws IOException {
    return start("shared", directory.toString());
  }

  private static LockHolder start(String... args) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LockHolder.class.getName());
    command.addAll(List.of(args));
    return new LockHolder(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Waits until it has the lock, or was refused it. */
  public boolean isLocked() throws IOException {
    return "locked".equals(said.readLine());
  }

  /** Kills it, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
