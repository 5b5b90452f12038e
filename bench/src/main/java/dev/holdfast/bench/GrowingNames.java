package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How cost grows with names. One sidecar, with its bounds above the number of names, stands in
 * front of a stand-in that does not sleep. Most of the files are laid into its directory of
 * published files while it does not run. It takes them up at its start, like the files of an
 * earlier process.
 */
final class GrowingNames {
  private static final int CONNECTIONS = 64;
  private static final int WRITERS = 32;
  private static final int READ_MAX = 20_000;

  /** Names that are written again and again before writes are timed. */
  private static final int WARM_NAMES = 100;

  private static final int WARM_PUTS = 3000;

  /** The most writes that are timed. Half of the names, if there are few. */
  private static final int PUTS_MAX = 3000;

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
                "PUT of a new file of 1 KB, acknowledged/s",
                "GET of published files of 1 KB, requests/s",
                "heap in use after a collection, MB",
                "start after a kill, to ready, s"));
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
      int laid = 0;
      int written = WARM_NAMES;
      for (int names = Math.min(1000, most); names <= most; names *= 10) {
        int puts = Math.min(PUTS_MAX, names / 2);
        children.kill(stack.sidecar(0));
        written += puts;
        lay(ground, laid, names - written);
        laid = names - written;
        long started = System.nanoTime();
        stack.restart(0);
        double restart = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
        double perSecond = write(client, stack, names, puts);
        client.post(stack.sidecarUrls().getFirst() + "/settle?waitMs=" + SETTLE_MS);
        double gets = read(ground, stack, laid);
        GrowingLoad.add(series, progress, names, perSecond, gets, heap(stack), restart);
      }
    } finally {
      stack.front().processes().forEach(children::stop);
      ground.stopOrigins();
    }
    return series;
  }

  /** Lays published files, from one number to another. */
  private static void lay(Ground ground, int from, int to) throws IOException {
    Path published = published(ground);
    var files = new FileSet("name-", to, Plan.SMALL_BYTES);
    for (int i = from; i < to; i++) {
      Files.write(published.resolve(files.name(i)), files.body(files.name(i), 1));
    }
  }

  /**
   * Returns the directory of published files. There is one, since the stack was started once, under
   * one ring.
   */
  private static Path published(Ground ground) throws IOException {
    Path epochs = ground.directory().resolve("staging").resolve("published");
    try (Stream<Path> directories = Files.list(epochs)) {
      return directories.findFirst().orElseThrow();
    }
  }

  /** Puts so many new files through a warm sidecar. Returns how many a second. */
  private static double write(Client client, HoldfastStack stack, int names, int puts)
      throws IOException, InterruptedException {
    var warm = new FileSet("warm-", WARM_NAMES, Plan.SMALL_BYTES);
    put(client, stack, warm, IntStream.range(0, WARM_PUTS).map(i -> i % WARM_NAMES));
    long start = System.nanoTime();
    var files = new FileSet("new-" + names + "-", puts, Plan.SMALL_BYTES);
    put(client, stack, files, IntStream.range(0, puts));
    return puts / ((System.nanoTime() - start) / 1e9);
  }

  private static void put(Client client, HoldfastStack stack, FileSet files, IntStream which)
      throws IOException, InterruptedException {
    String url = stack.front().url() + FileSet.PATH;
    Parallel.each(
        which.mapToObj(files::name).toList(),
        WRITERS,
        name -> {
          int status = client.put(url + name, files.body(name, 1)).status();
          if (status != CREATED) {
            throw new IOException("PUT " + name + ": status " + status);
          }
        });
  }

  /** Reads names from all over the directory. Returns how many a second. */
  private double read(Ground ground, HoldfastStack stack, int names)
      throws IOException, InterruptedException {
    int step = Math.max(1, names / READ_MAX);
    List<String> targets =
        IntStream.range(0, Math.min(names, READ_MAX))
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

  /** Returns the size of the reachable objects, in MB, from a histogram after a collection. */
  private double heap(HoldfastStack stack) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String pid = Long.toString(stack.sidecar(0).pid());
    return heapBytes(
            children.run(
                plan.cores().load(), plan.work(), List.of(jcmd, pid, "GC.class_histogram")))
        / 1e6;
  }

  /**
   * @param histogram the output of {@code jcmd GC.class_histogram}
   */
  static double heapBytes(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    return total.find() ? Double.parseDouble(total.group(1)) : Double.NaN;
  }
}
