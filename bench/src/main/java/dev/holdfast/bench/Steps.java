package dev.holdfast.bench;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make bench-steps}: the steps of a put on files, without all else that a put takes. */
@Command(
    name = "bench-steps",
    description = {
      "Measures what the steps on files of a put cost: those of the staging store beside others,"
          + " in turn, on the cores of the load.",
      "The CPU time is that of this process, of the kernel's threads meanwhile and until all is"
          + " written back, and of forcing afterwards what was shown unforced."
    })
public final class Steps extends Measurement {
  private static final int LOG_BYTES = 128 << 20;

  @Option(
      names = "--ways",
      split = ",",
      description = "only these: ${COMPLETION-CANDIDATES}; the first is what others are held to")
  private Set<PutWay> ways = EnumSet.allOf(PutWay.class);

  @Option(
      names = "--bytes",
      split = ",",
      defaultValue = "1024,16384",
      description = "lengths of bodies; default ${DEFAULT-VALUE}")
  private List<Integer> bytes;

  @Option(
      names = "--writers",
      split = ",",
      defaultValue = "1,4,16,64",
      description = "threads that put one body after the other; default ${DEFAULT-VALUE}")
  private List<Integer> writers;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "that count, of each way; default ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description = "that each round lasts; default ${DEFAULT-VALUE}")
  private double seconds;

  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final AtomicLong names = new AtomicLong();

  /**
   * What one way has done in one round. All but the rate are CPU time of a put, in microseconds.
   *
   * @param kernelMicros of all threads of the kernel, until all is written back
   * @param forceMicros of forcing then what was shown unforced: who does not, never hears that the
   *     disk has not taken it
   */
  private record Round(
      double perSecond, double cpuMicros, double kernelMicros, double forceMicros) {
    double sumMicros() {
      return cpuMicros + kernelMicros + forceMicros;
    }
  }

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    exitAfter(new Steps(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path work = begin();
    Files.deleteIfExists(out().resolve("steps.txt"));
    say("machine: " + Machine.describe(work, Machine.halves()));
    Map<PutWay, PutDirectories> directories = new EnumMap<>(PutWay.class);
    try {
      for (PutWay way : ways) {
        directories.put(way, new PutDirectories(work.resolve(way.name()), LOG_BYTES));
      }
      for (int length : bytes) {
        for (int threads : writers) {
          measure(directories, new byte[length], threads);
        }
      }
    } finally {
      for (PutDirectories each : directories.values()) {
        each.close();
      }
    }
    return 0;
  }

  private void measure(Map<PutWay, PutDirectories> directories, byte[] body, int threads)
      throws IOException, InterruptedException {
    Map<PutWay, List<Round>> done = new EnumMap<>(PutWay.class);
    for (int round = 0; round <= rounds; round++) {
      for (PutWay way : ways) {
        Round now = round(way, directories.get(way), body, threads);
        if (round > 0) { // the first is to warm up
          done.computeIfAbsent(way, _ -> new ArrayList<>()).add(now);
        }
      }
    }
    double firstRate = 0;
    double firstSum = 0;
    for (PutWay way : ways) {
      List<Round> all = done.get(way);
      Spread rate = Spread.of(all.stream().map(Round::perSecond).toList());
      Spread sum = Spread.of(all.stream().map(Round::sumMicros).toList());
      firstRate = way == ways.iterator().next() ? rate.median() : firstRate;
      firstSum = way == ways.iterator().next() ? sum.median() : firstSum;
      say(
          String.format(
              Locale.ROOT,
              "%,6d bytes, %2d writers, %-28s %s/s, %.2f times; us: %s, of the kernel's threads %s,"
                  + " to force later %s, in all %s, %.2f times",
              body.length,
              threads,
              way.title() + ":",
              text(rate),
              rate.median() / firstRate,
              text(Spread.of(all.stream().map(Round::cpuMicros).toList())),
              text(Spread.of(all.stream().map(Round::kernelMicros).toList())),
              text(Spread.of(all.stream().map(Round::forceMicros).toList())),
              text(sum),
              sum.median() / firstSum));
    }
  }

  private static String text(Spread spread) {
    return "%s (%s to %s)"
        .formatted(
            Target.number(spread.median()),
            Target.number(spread.min()),
            Target.number(spread.max()));
  }

  private Round round(PutWay way, PutDirectories to, byte[] body, int threads)
      throws IOException, InterruptedException {
    long kernelBefore = KernelThreads.nanos();
    long cpuBefore = process.getProcessCpuTime();
    long firstName = names.get() + 1;
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    long puts = 0;
    int atOnce = way.isServed() ? 1 : threads;
    try (var pool = Executors.newFixedThreadPool(atOnce)) {
      var counts = new ArrayList<Future<Long>>();
      for (int i = 0; i < atOnce; i++) {
        counts.add(pool.submit(() -> putUntil(end, way, to, body, threads / atOnce)));
      }
      for (Future<Long> count : counts) {
        puts += count.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a put failed", e.getCause());
    }
    double tookSeconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
    long cpuAfter = process.getProcessCpuTime();
    to.writeBack();
    long kernelAfter = KernelThreads.nanos();
    long forceBefore = process.getProcessCpuTime();
    if (way.leavesUnforced()) {
      for (long name = firstName; name <= names.get(); name++) {
        PutWay.force(to.published("put-" + name));
      }
    }
    long forceAfter = process.getProcessCpuTime();
    return new Round(
        puts / tookSeconds,
        (cpuAfter - cpuBefore) / 1e3 / puts,
        (kernelAfter - kernelBefore) / 1e3 / puts,
        (forceAfter - forceBefore) / 1e3 / puts);
  }

  /**
   * @param each how many bodies one call puts
   */
  private long putUntil(long end, PutWay way, PutDirectories to, byte[] body, int each)
      throws IOException {
    long puts = 0;
    for (; System.nanoTime() < end; puts += each) {
      long last = names.addAndGet(each);
      way.put(
          to,
          LongStream.rangeClosed(last - each + 1, last).mapToObj(i -> "put-" + i).toList(),
          body);
    }
    return puts;
  }

  private void say(String line) throws IOException {
    progress().println(line);
    Files.writeString(out().resolve("steps.txt"), line + "\n", CREATE, APPEND);
  }
}
