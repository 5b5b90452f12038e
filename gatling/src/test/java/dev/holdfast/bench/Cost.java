package dev.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What some processes have used since they started.
 *
 * @param ticks of CPU, in user and kernel mode, of 10 ms each
 * @param kernelTicks those in kernel mode
 * @param threadTicks of the threads that there are, by their names without digits
 */
record Cost(long ticks, long kernelTicks, Map<String, Long> threadTicks) {
  /** {@code USER_HZ}, which is 100 on every Linux that we know. */
  static final long TICK_MICROS = 10_000;

  private static final int USER = 11; // of the fields behind the name (proc(5), stat)
  private static final int KERNEL = 12;

  /** What processes and those that they have started have used until now. */
  static Cost of(Collection<Process> processes) throws IOException {
    long ticks = 0;
    long kernel = 0;
    var threads = new TreeMap<String, Long>();
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

  private static void addThreads(Path tasks, Map<String, Long> threads) throws IOException {
    try (var all = Files.list(tasks)) {
      for (Path task : (Iterable<Path>) all::iterator) {
        Stat stat = Stat.parse(Files.readString(task.resolve("stat")));
        threads.merge(stat.name.replaceAll("[#-]*\\d+.*", ""), stat.user + stat.kernel, Long::sum);
      }
    } catch (NoSuchFileException | UncheckedIOException ended) {
      // A thread that ends meanwhile counts for its process alone.
    }
  }

  /** One line of {@code /proc/PID/stat}. */
  record Stat(String name, long user, long kernel) {
    /** A name may have blanks and parentheses in it. */
    static Stat parse(String line) {
      int end = line.lastIndexOf(')');
      String[] fields = line.substring(end + 2).strip().split(" ", -1);
      return new Stat(
          line.substring(line.indexOf('(') + 1, end),
          Long.parseLong(fields[USER]),
          Long.parseLong(fields[KERNEL]));
    }
  }

  Cost since(Cost before) {
    var threads = new TreeMap<String, Long>();
    threadTicks.forEach(
        (name, now) -> {
          long used = now - before.threadTicks.getOrDefault(name, 0L);
          if (used > 0) {
            threads.put(name, used);
          }
        });
    return new Cost(ticks - before.ticks, kernelTicks - before.kernelTicks, threads);
  }

  Cost and(Cost other) {
    var threads = new TreeMap<>(threadTicks);
    other.threadTicks.forEach((name, more) -> threads.merge(name, more, Long::sum));
    return new Cost(ticks + other.ticks, kernelTicks + other.kernelTicks, threads);
  }

  /** Microseconds of CPU for each of so many. */
  double microsEach(long count) {
    return (double) ticks * TICK_MICROS / count;
  }
}
