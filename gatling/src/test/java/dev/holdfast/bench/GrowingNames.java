package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How cost grows with names: one sidecar in front of a stand-in that does not sleep, so that it can
 * be filled; its bounds are set above the names.
 */
final class GrowingNames {
  private static final int CONNECTIONS = 64;
  private static final int WRITERS = 32;
  private static final int READ_MAX = 20_000;
  private static final int CREATED = 201;
  private static final long SETTLE_MS = 600_000;
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

  private final Plan plan;
  private final Children children;

  GrowingNames(Plan plan, Children children) {
    this.plan = plan;
    this.children = children;
  }

  Series upTo(int most, PrintStream progress) throws IOException, InterruptedException {
    var series =
        new Series(
            "names",
            "published names of one sidecar",
            List.of(
                "PUT of 1 KB, acknowledged/s, while this many are reached",
                "GET of published files of 1 KB, requests/s",
                "heap in use after a collection, MB",
                "restart after a kill, to ready, s"));
    Path directory = Files.createTempDirectory(plan.work(), "names");
    Ground ground = Ground.lay(plan.project(), directory, plan.cores(), children, 1, 0, List.of());
    String bound = Integer.toString(most + 1);
    HoldfastStack stack =
        HoldfastStack.start(
            ground,
            List.of(
                "--published-files-max", bound,
                "--known-entries-max", bound,
                "--pending-count-max", bound));
    try (var client = new Client()) {
      int written = 0;
      for (int names = Math.min(1000, most); names <= most; names *= 10) {
        double puts = write(client, stack, written, names);
        written = names;
        client.post(stack.sidecarUrls().getFirst() + "/settle?waitMs=" + SETTLE_MS);
        double gets = read(ground, stack, names);
        double heap = heap(stack);
        children.kill(stack.sidecar(0));
        long started = System.nanoTime();
        stack.restart(0);
        double restart = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
        GrowingLoad.add(series, progress, names, puts, gets, heap, restart);
      }
    } finally {
      stack.front().processes().forEach(children::stop);
      ground.stopOrigins();
    }
    return series;
  }

  private double write(Client client, HoldfastStack stack, int from, int to)
      throws IOException, InterruptedException {
    String url = stack.front().url() + FileSet.PATH;
    var files = new FileSet("name-", to, Plan.SMALL_BYTES);
    long start = System.nanoTime();
    Parallel.each(
        files.names().subList(from, to),
        WRITERS,
        name -> {
          int status = client.put(url + name, files.body(name, 1)).status();
          if (status != CREATED) {
            throw new IOException("PUT " + name + ": status " + status);
          }
        });
    return (to - from) / ((System.nanoTime() - start) / 1e9);
  }

  /** Of names from all over the directory. */
  private double read(Ground ground, HoldfastStack stack, int names)
      throws IOException, InterruptedException {
    int step = Math.max(1, names / READ_MAX);
    List<String> targets =
        java.util.stream.IntStream.range(0, Math.min(names, READ_MAX))
            .mapToObj(i -> FileSet.PATH + "name-" + (long) i * step)
            .toList();
    WrkReport report =
        new Wrk("GET", CONNECTIONS, true, targets)
            .start(children, plan.cores(), ground.directory(), stack.front().url(), plan.seconds())
            .end();
    if (report.refused() > 0) {
      throw new IOException("not all are there: " + report);
    }
    return report.goodPerSecond();
  }

  /** The objects that are reachable, in MB: the histogram is of those after a collection. */
  private double heap(HoldfastStack stack) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String pid = Long.toString(stack.sidecar(0).pid());
    return heapBytes(
            children.run(
                plan.cores().load(), plan.work(), List.of(jcmd, pid, "GC.class_histogram")))
        / 1e6;
  }

  /**
   * @param histogram what {@code jcmd GC.class_histogram} printed
   */
  static double heapBytes(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    return total.find() ? Double.parseDouble(total.group(1)) : Double.NaN;
  }
}
