package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** How rates grow with pairs, with clients and with the sizes of bodies. */
final class GrowingLoad {
  private static final int CONNECTIONS = 64;
  private static final List<Integer> CLIENTS = List.of(1, 4, 16, 64, 256, 1000, 2000, 5000);
  private static final List<Integer> SIZES =
      List.of(0, 1 << 10, 1 << 14, 1 << 17, 1 << 20, 10 << 20, 50 << 20, 200 << 20);
  private static final int CREATED = 201;

  private final Plan plan;
  private final Children children;

  GrowingLoad(Plan plan, Children children) {
    this.plan = plan;
    this.children = children;
  }

  /** Work on a running stack. */
  private interface Work {
    void with(Session session) throws IOException, InterruptedException;
  }

  Series pairs(int most, PrintStream progress) throws IOException, InterruptedException {
    var series =
        new Series(
            "pairs",
            "pairs",
            List.of(
                "GET of published files of 1 KB, requests/s",
                "PUT of 1 KB, acknowledged/s",
                "first GETs, requests/s",
                "memory of nginx and sidecars, MB"));
    for (int pairs = 1; pairs <= most; pairs++) {
      int now = pairs;
      var fresh = new FileSet("fresh-", 60 * pairs, Plan.SMALL_BYTES);
      with(
          pairs,
          List.of(plan.small(), fresh),
          session -> {
            double reads = ClosedLoad.gets(session, plan.small(), CONNECTIONS, true).value();
            long start = System.nanoTime();
            session.sampler(fresh).prime(now * OriginLimits.CONNECTIONS);
            double firsts = fresh.count() / ((System.nanoTime() - start) / 1e9);
            double memory = Memory.of(session.front().processes()).value();
            double writes = ClosedLoad.puts(session, CONNECTIONS).value();
            add(series, progress, now, reads, writes, firsts, memory);
          });
    }
    return series;
  }

  Series clients(int most, PrintStream progress) throws IOException, InterruptedException {
    var series =
        new Series(
            "clients",
            "clients",
            List.of(
                "GET of published files of 1 KB, requests/s",
                "its 99th percentile, ms (closed model)",
                "without an answer, requests"));
    with(
        plan.pairs(),
        List.of(plan.small()),
        session -> {
          for (int clients : CLIENTS.stream().filter(n -> n <= most).toList()) {
            Figure figure = ClosedLoad.gets(session, plan.small(), clients, true);
            add(
                series,
                progress,
                clients,
                figure.value(),
                ((Number) figure.details().get("p99_us")).doubleValue() / 1e3,
                ((Number) figure.details().get("unanswered")).doubleValue());
          }
        });
    return series;
  }

  Series sizes(PrintStream progress) throws IOException, InterruptedException {
    var series =
        new Series(
            "sizes",
            "bytes of a body (0 is drawn at 1)",
            List.of(
                "GET of a published file, requests/s",
                "the same, MB/s",
                "PUT by one client, ms to the acknowledgement",
                "the same, MB/s"));
    with(
        plan.pairs(),
        List.of(),
        session -> {
          for (int bytes : SIZES) {
            size(session, series, progress, bytes);
          }
        });
    return series;
  }

  /** PUTs some files, then GETs them. Only the number of their bytes matters here. */
  private void size(Session session, Series series, PrintStream progress, int bytes)
      throws IOException, InterruptedException {
    int count = bytes > 1 << 20 ? 2 : 20;
    var files = new FileSet("size-" + bytes + "-", count, bytes);
    long nanos = 0;
    Path directory = session.ground().directory();
    for (String name : files.names()) {
      Path body = Files.write(directory.resolve("body"), files.body(name, 1));
      long start = System.nanoTime();
      int status =
          session.client().putFile(session.front().url() + FileSet.PATH + name, body).status();
      nanos += System.nanoTime() - start;
      if (status != CREATED) {
        throw new IOException("PUT of " + bytes + " bytes: status " + status);
      }
    }
    double putSeconds = nanos / 1e9 / count;
    var wrk = Wrk.gets(files, bytes > 1 << 20 ? 4 : CONNECTIONS, true);
    WrkReport report =
        wrk.start(children, plan.cores(), directory, session.front().url(), plan.seconds()).end();
    if (report.refused() > 0) {
      throw new IOException("GET of " + bytes + " bytes: " + report);
    }
    double rate = report.goodPerSecond();
    add(
        series,
        progress,
        Math.max(1, bytes),
        rate,
        rate * bytes / 1e6,
        putSeconds * 1e3,
        bytes / 1e6 / putSeconds);
  }

  private void with(int pairs, List<FileSet> files, Work work)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(plan.work(), "growth");
    Ground ground =
        Ground.lay(
            plan.project(),
            directory,
            plan.cores(),
            children,
            pairs,
            OriginLimits.LATENCY_MS,
            files);
    Front front = Candidate.HOLDFAST.start(ground, List.of());
    try (var client = new Client()) {
      work.with(new Session(plan, Candidate.HOLDFAST, ground, front, client));
    } finally {
      front.processes().forEach(children::stop);
      ground.stopOrigins();
    }
  }

  static void add(Series series, PrintStream progress, double at, double... values) {
    series.add(at, values);
    progress.println(
        Target.number(at)
            + ": "
            + IntStream.range(0, values.length)
                .mapToObj(i -> Target.number(values[i]))
                .collect(java.util.stream.Collectors.joining(", ")));
  }
}
