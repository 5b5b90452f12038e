package dev.holdfast.nginx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The processes of an nginx that an earlier start has left. A JVM that is killed does not end its
 * children, and a killed master of nginx does not end its workers. They go on serving, and hold the
 * port.
 */
public final class LeftNginx {
  private static final Path PROCESSES = Path.of("/proc");
  private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");
  private static final String TITLE = "nginx: "; // of every process, see ngx_setproctitle
  private static final long STOP_TIMEOUT_MS = 10_000;
  private static final long KILL_TIMEOUT_MS = 10_000;
  private static final long POLL_MS = 10;

  /** nginx's current directory, with its configuration and its pid file. */
  private final Path workDir;

  /**
   * @param workDir the directory of {@link NginxProcess#start}, which this process alone uses
   */
  public LeftNginx(Path workDir) {
    this.workDir = workDir.toAbsolutePath();
  }

  /**
   * Ends the nginx that works in this directory, if there is one, and no other.
   *
   * @return the processes that were ended
   * @throws IOException if one of them does not end; the message is one line
   */
  public List<Long> end() throws IOException {
    List<ProcessHandle> found =
        Stream.concat(byPidFile().stream(), byDirectory())
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .distinct()
            .toList();
    found.forEach(ProcessHandle::destroy);
    if (!awaitEnd(found, STOP_TIMEOUT_MS)) {
      found.forEach(ProcessHandle::destroyForcibly);
      if (!awaitEnd(found, KILL_TIMEOUT_MS)) {
        throw new IOException("the nginx of an earlier start does not end: " + pids(found));
      }
    }
    return pids(found);
  }

  /**
   * Returns the process that the pid file names. The master may have died, and another process may
   * have its number now.
   */
  private Optional<ProcessHandle> byPidFile() throws IOException {
    String pid;
    try {
      pid = Files.readString(workDir.resolve(NginxProcess.PID_FILE), ISO_8859_1).strip();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
    return PID.matcher(pid).matches()
        ? ProcessHandle.of(Long.parseLong(pid)).filter(this::hasOurConfiguration)
        : Optional.empty();
  }

  private boolean hasOurConfiguration(ProcessHandle process) {
    return commandLine(process).endsWith(" -c " + workDir.resolve(NginxProcess.CONFIGURATION));
  }

  /**
   * Returns the processes that work in this directory, workers without a master included. Only
   * Linux tells a process's directory.
   */
  private Stream<ProcessHandle> byDirectory() {
    return ProcessHandle.allProcesses().filter(this::worksHere);
  }

  private boolean worksHere(ProcessHandle process) {
    try {
      Path directory = PROCESSES.resolve(process.pid() + "/cwd");
      return commandLine(process).startsWith(TITLE)
          && directory.toRealPath().equals(workDir.toRealPath());
    } catch (IOException gone) {
      return false; // or somebody else's
    }
  }

  /**
   * Returns false for a process that has ended, even if its parent has not asked how (a zombie).
   */
  public static boolean runs(ProcessHandle process) {
    try {
      String stat = Files.readString(PROCESSES.resolve(process.pid() + "/stat"), ISO_8859_1);
      return process.isAlive() && !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException noneOnThisSystem) {
      return process.isAlive();
    }
  }

  /**
   * Returns the command line of a process or the title that it has given itself, or an empty text
   * if the system does not tell.
   */
  private static String commandLine(ProcessHandle process) {
    Path file = PROCESSES.resolve(process.pid() + "/cmdline");
    try {
      return Files.readString(file, UTF_8).replace('\0', ' ').strip();
    } catch (IOException noneOnThisSystem) {
      return process.info().commandLine().orElse("");
    }
  }

  private static boolean awaitEnd(List<ProcessHandle> processes, long timeoutMs) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (processes.stream().anyMatch(LeftNginx::runs)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private static List<Long> pids(List<ProcessHandle> processes) {
    return processes.stream().map(ProcessHandle::pid).toList();
  }
}
