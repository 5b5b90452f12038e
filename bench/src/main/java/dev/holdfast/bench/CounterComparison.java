package dev.holdfast.bench;

import dev.holdfast.bench.CounterLoad.Call;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The same measurements of several programs that count, one after the other: as many processes of
 * each, on the cores of the servers, through the same API.
 */
final class CounterComparison {
  private static final int NAMES = 1_000;
  private static final int KILLED_NAMES = 10;
  private static final int CONNECTIONS = 256;
  private static final int PROBES = 20;
  private static final double WARM_UP_SECONDS = 5;

  private final CounterPlan plan;
  private final int count;

  /**
   * @param count the processes of each program
   */
  CounterComparison(CounterPlan plan, int count) {
    this.plan = plan;
    this.count = count;
  }

  /** Returns the figures of a program as texts, by what they measure. */
  Map<String, String> measure(CounterSystem system, Path directory)
      throws IOException, InterruptedException {
    var figures = new LinkedHashMap<String, String>();
    try (var actors = new CounterActors(plan, system, directory, plan.cores().servers(), count)) {
      figures.put(
          "start of %d processes, until all answer".formatted(count),
          CounterFullRows.seconds(actors.start()) + " s");
      actors.configure(count);
      figures.put("increments at one process", increments(directory));
      List<Double> seen = CounterProbe.seenByAll(actors, "seen", PROBES);
      figures.put(
          "one increment seen by all, idle",
          "p50 %s ms, at most %s ms"
              .formatted(
                  CounterRows.decimal(OpenLoad.percentile(seen, 50)),
                  CounterRows.decimal(seen.getLast())));
      figures.put(
          "%s names changed at one process, seen by all".formatted(CounterRows.count(NAMES)),
          CounterFullRows.seconds(converge(actors)) + " s after the last acknowledgement");
      var resident = new ArrayList<Double>();
      for (Process process : actors.processes()) {
        resident.add(CounterFullRows.residentMb(process));
      }
      figures.put(
          "resident memory of a process",
          CounterRows.count(OpenLoad.percentile(resident.stream().sorted().toList(), 50)) + " MB");
      figures.put("acknowledged increments lost in a kill -9 of all", lost(actors));
    }
    return figures;
  }

  private String increments(Path directory) throws IOException, InterruptedException {
    Wrk wrk =
        Wrk.posts(IntStream.range(0, 100).mapToObj(i -> "/counter/rate" + i).toList(), CONNECTIONS);
    String url = "http://" + CounterActors.host(1) + ":" + CounterActors.PORT;
    wrk.start(plan.children(), plan.cores(), directory, url, WARM_UP_SECONDS).end();
    WrkReport report =
        wrk.start(plan.children(), plan.cores(), directory, url, plan.seconds()).end();
    return "%s/s, p99 %s ms%s"
        .formatted(
            CounterRows.count(report.goodPerSecond()),
            CounterRows.decimal(report.p99Micros() / 1e3),
            report.refused() + report.unanswered() == 0
                ? ""
                : ", " + (report.refused() + report.unanswered()) + " failed");
  }

  /** Returns the seconds between the last acknowledgement and the moment when all know all. */
  private static double converge(CounterActors actors) throws IOException, InterruptedException {
    List<String> names = IntStream.range(0, NAMES).mapToObj(i -> "converge" + i).toList();
    Parallel.each(names, 1, name -> actors.add(1, name, 1));
    long begun = System.nanoTime();
    for (String name : names.reversed()) {
      actors.awaitValue(actors.numbers(), name, BigInteger.ONE);
    }
    return CounterActors.secondsSince(begun);
  }

  /** Kills all processes right after increments, and counts what is missing after a start. */
  private String lost(CounterActors actors) throws IOException, InterruptedException {
    long acknowledged;
    try (CounterLoad load =
        CounterLoad.closed(
            actors.addresses(), 4, plan.seconds() / 2, i -> Call.add("kill" + i % KILLED_NAMES))) {
      acknowledged = load.end().millis().size();
    }
    actors.killAll();
    actors.start();
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i < KILLED_NAMES; i++) {
      sum = sum.add(actors.consistentValue(1, "kill" + i));
    }
    return "%s of %s"
        .formatted(
            CounterRows.count((double) (acknowledged - sum.longValueExact())),
            CounterRows.count((double) acknowledged));
  }
}
