package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The CPU time that some processes have used since they started.
 *
 * @param ticks ticks of CPU, in user and kernel mode, of 10 ms each
 * @param kernelTicks the ticks in kernel mode
 * @param threads the present threads, by their ids
 */
record Cost(long ticks, long kernelTicks, Map<String, Stat> threads) {
  /** {@code USER_HZ}, which is 100 on every Linux that we know. */
  static final long TICK_MICROS = 10_000;

  private static final int USER = 11; // index among the fields behind the name (proc(5), stat)
  private static final int KERNEL = 12;

  /** Returns the cost so far of processes and of the processes that they have started. */
  static Cost of(Collection<Process> processes) throws IOException {
    long ticks = 0;
    long kernel = 0;
    var threads = new HashMap<String, Stat>();
    for (Process process : processes) {
      for (ProcessHandle one :
          Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
        Path proc = Path.of("/proc", Long.toString(one.pid()));
        Stat all = Stat.parse(Files.readString(proc.resolve("stat")));
        ticks += all.user + all.kernel;
        kernel += all.kernel;
        addThreads(proc.resolve("task"), threads);
      }
    }
    return new Cost(ticks, kernel, threads);
  }

  private static void addThreads(Path tasks, Map<String, Stat> threads) throws IOException {
    try (var all = Files.newDirectoryStream(tasks)) {
      for (Path task : all) {
        try {
          threads.put(
              task.getFileName().toString(), Stat.parse(Files.readString(task.resolve("stat"))));
        } catch (IOException e) {
          if (Files.exists(task)) {
            throw e;
          }
          // The thread has ended meanwhile. Its process has its ticks.
        }
      }
    }
  }

  /**
   * One line of {@code /proc/PID/stat}.
   *
   * @param user ticks of 10 ms in user mode
   * @param kernel ticks of 10 ms in kernel mode
   */
  record Stat(String name, long user, long kernel) {
    /** Parses a line. The name may have blanks and parentheses in it. */
    static Stat parse(String line) {
      int end = line.lastIndexOf(')');
      String[] fields = line.substring(end + 2).strip().split(" ", -1);
      return new Stat(
          line.substring(line.indexOf('(') + 1, end),
          Long.parseLong(fields[USER]),
          Long.parseLong(fields[KERNEL]));
    }

    long ticks() {
      return user + kernel;
    }

    /** Returns the name without the number, which threads of one kind have in common. */
    String kind() {
      return name.replaceFirst("[#-]?\\d+-?$", "");
    }
  }

  Cost since(Cost before) {
    var since = new HashMap<String, Stat>();
    threads.forEach(
        (id, now) -> {
          Stat then = before.threads.getOrDefault(id, new Stat(now.name, 0, 0));
          since.put(id, new Stat(now.name, now.user - then.user, now.kernel - then.kernel));
        });
    return new Cost(ticks - before.ticks, kernelTicks - before.kernelTicks, since);
  }

  /** Returns the ticks of the threads, by kind, without kinds that have used none. */
  Map<String, Long> ticksByKind() {
    var kinds = new TreeMap<String, Long>();
    threads.values().stream()
        .filter(thread -> thread.ticks() > 0)
        .forEach(thread -> kinds.merge(thread.kind(), thread.ticks(), Long::sum));
    return kinds;
  }

  /**
   * Returns the microseconds of CPU for each of so many requests.
   *
   * @param count 1 or more
   */
  double microsEach(long count) {
    return (double) ticks * TICK_MICROS / count;
  }
}
