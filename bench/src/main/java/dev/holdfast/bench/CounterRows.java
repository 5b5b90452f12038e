package dev.holdfast.bench;

import dev.holdfast.bench.CounterLoad.Call;
import dev.holdfast.bench.CounterRow.Measured;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/** The rows that ask running actors, and leave them as they were. */
final class CounterRows {
  /** How long before a row its actors get its load, so that their JVMs have compiled. */
  private static final double WARM_UP_SECONDS = 5;

  /** Readers of one name. */
  private static final int READERS = 64;

  /**
   * The connections of the rows that are a rate. Increments share forces, which come at most every
   * 20 ms under load, so few connections cannot have many a second.
   */
  private static final int CONNECTIONS = 256;

  private static final int RATE_EACH = 100;
  private static final int IN_FLIGHT = 40;

  private final CounterPlan plan;
  private final Path directory;

  /**
   * @param directory the directory of the load
   */
  CounterRows(CounterPlan plan, Path directory) {
    this.plan = plan;
    this.directory = directory;
  }

  /** Returns the rows of a single actor on a core of its own. */
  List<CounterRow> alone() {
    List<String> adds = IntStream.range(0, 100).mapToObj(i -> "/counter/alone" + i).toList();
    List<String> values = adds.stream().map(path -> path + "/value").toList();
    return List.of(
        new CounterRow(
            "increments",
            "durable increments, one actor on a core",
            "≥ 4,000/s",
            _ -> rate(Wrk.posts(adds, CONNECTIONS), 4_000)),
        new CounterRow(
            "values",
            "`value`, one actor on a core",
            "≥ 12,000/s",
            _ -> rate(Wrk.gets(values, CONNECTIONS), 12_000)));
  }

  private Measured rate(Wrk wrk, double goal) throws IOException, InterruptedException {
    run(wrk, 2 * WARM_UP_SECONDS);
    WrkReport report = run(wrk, plan.seconds());
    double perSecond = report.goodPerSecond();
    return new Measured(
        "%s/s, p50 %s ms, p99 %s ms, %d failed"
            .formatted(
                count(perSecond),
                decimal(report.p50Micros() / 1e3),
                decimal(report.p99Micros() / 1e3),
                report.refused() + report.unanswered()),
        perSecond >= goal);
  }

  private WrkReport run(Wrk wrk, double forSeconds) throws IOException, InterruptedException {
    String url = "http://" + CounterActors.host(1) + ":" + CounterActors.PORT;
    return wrk.start(plan.children(), plan.cores(), directory, url, forSeconds).end();
  }

  /** Returns the rows of actors that have all cores together. */
  List<CounterRow> together() {
    return List.of(
        new CounterRow(
            "seen-idle",
            "one increment seen by all, idle",
            "p50 ≤ 50 ms, p99 ≤ 300 ms",
            actors -> seen(CounterProbe.seenByAll(actors, "seen", 100), 50, 300, "")),
        new CounterRow(
            "seen-loaded",
            "the same at 100 increments/s on each",
            "p99 ≤ 1 s",
            actors -> {
              add(actors, plan.loadWarmUp());
              try (CounterLoad load =
                  CounterLoad.open(
                      actors.addresses(),
                      RATE_EACH,
                      IN_FLIGHT,
                      2 * plan.seconds(),
                      CounterRows::someAdd)) {
                List<Double> millis = CounterProbe.seenByAll(actors, "seen-loaded", 50);
                CounterLoad.Result result = load.end();
                return seen(
                    millis,
                    1_000,
                    1_000,
                    "; %s increments/s meanwhile%s"
                        .formatted(count(result.perSecond()), result.failures()));
              }
            }),
        new CounterRow(
            "consistent-idle",
            "consistent read of an idle name, one reader",
            "p50 ≤ 10 ms, p99 ≤ 50 ms",
            actors -> {
              actors.add(1, "idle", 1);
              reads(actors, "idle", 100);
              return seen(reads(actors, "idle", 500), 10, 50, "");
            }),
        new CounterRow(
            "consistent-shared",
            "the same, 64 readers at one actor",
            "≥ 1,000/s",
            actors -> {
              closed(WARM_UP_SECONDS, Call.consistentValue("idle"));
              CounterLoad.Result result = closed(plan.seconds(), Call.consistentValue("idle"));
              return new Measured(
                  "%s/s, p99 %s ms%s"
                      .formatted(
                          count(result.perSecond()),
                          decimal(result.percentile(99)),
                          result.failures()),
                  result.perSecond() >= 1_000 && result.failed() == 0);
            }),
        new CounterRow(
            "consistent-hot",
            "consistent read of a name with 500 increments/s, one reader",
            "never fails, p99 ≤ 500 ms",
            this::hot));
  }

  private Measured hot(CounterActors actors) throws IOException, InterruptedException {
    double perSecond = 500.0 / actors.numbers().size();
    try (CounterLoad adds =
            CounterLoad.open(
                actors.addresses(),
                perSecond,
                IN_FLIGHT,
                2 * plan.seconds(),
                _ -> Call.add("hot"));
        CounterLoad reads =
            CounterLoad.closed(
                List.of(CounterActors.address(1)),
                1,
                2 * plan.seconds(),
                _ -> Call.consistentValue("hot"))) {
      CounterLoad.Result read = reads.end();
      CounterLoad.Result added = adds.end();
      boolean exact =
          actors.consistentValue(1, "hot").equals(BigInteger.valueOf(added.millis().size()))
              || added.failed() > 0;
      return new Measured(
          "%d reads, p50 %s ms, p99 %s ms%s; %s increments/s meanwhile, p99 %s ms%s%s"
              .formatted(
                  read.millis().size(),
                  decimal(read.percentile(50)),
                  decimal(read.percentile(99)),
                  read.failures(),
                  count(added.perSecond()),
                  decimal(added.percentile(99)),
                  added.failures(),
                  exact ? "" : "; WRONG in the end"),
          read.failed() == 0 && read.percentile(99) <= 500 && exact);
    }
  }

  /** Returns the row of actors that have a twentieth of a core each. */
  CounterRow twentieth(String id, String how) {
    return new CounterRow(
        id,
        "durable increments, a twentieth of a core for each actor, " + how,
        "≥ 100/s each, p99 ≤ 300 ms",
        actors -> {
          add(actors, plan.loadWarmUp()); // twenty JVMs compile on one core
          CounterLoad.Result result = add(actors, 2 * plan.seconds());
          double each = result.perSecond() / actors.numbers().size();
          return new Measured(
              "%s/s each, p50 %s ms, p99 %s ms%s"
                  .formatted(
                      count(each),
                      decimal(result.percentile(50)),
                      decimal(result.percentile(99)),
                      result.failures()),
              // The rate is offered, and no more; some requests may end after the last second.
              each >= 0.97 * RATE_EACH && result.percentile(99) <= 300 && result.failed() == 0);
        });
  }

  private static CounterLoad.Result add(CounterActors actors, double forSeconds)
      throws IOException, InterruptedException {
    try (CounterLoad load =
        CounterLoad.open(
            actors.addresses(), RATE_EACH, IN_FLIGHT, forSeconds, CounterRows::someAdd)) {
      return load.end();
    }
  }

  /** Gives the actors some of everything. */
  static void warmUp(CounterActors actors) throws IOException, InterruptedException {
    LongFunction<Call> mix = i -> i % 2 == 0 ? someAdd(i) : Call.consistentValue("load" + i % 50);
    try (CounterLoad load =
        CounterLoad.open(actors.addresses(), 20, IN_FLIGHT, 2 * WARM_UP_SECONDS, mix)) {
      load.end();
    }
  }

  private static CounterLoad.Result closed(double forSeconds, Call call)
      throws IOException, InterruptedException {
    try (CounterLoad load =
        CounterLoad.closed(List.of(CounterActors.address(1)), READERS, forSeconds, _ -> call)) {
      return load.end();
    }
  }

  /** Returns how long each of some reads takes, at one actor after the other. */
  private static List<Double> reads(CounterActors actors, String name, int times)
      throws IOException {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < times; i++) {
      int at = actors.numbers().get(i % actors.numbers().size());
      long begun = System.nanoTime();
      actors.consistentValue(at, name);
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    return millis.stream().sorted().toList();
  }

  private static Call someAdd(long i) {
    return Call.add("load" + i % 1_000);
  }

  static Measured seen(List<Double> millis, double p50Max, double p99Max, String more) {
    double p50 = OpenLoad.percentile(millis, 50);
    double p99 = OpenLoad.percentile(millis, 99);
    return new Measured(
        "p50 %s ms, p99 %s ms%s".formatted(decimal(p50), decimal(p99), more),
        p50 <= p50Max && p99 <= p99Max);
  }

  static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  static String decimal(double number) {
    return String.format(Locale.ROOT, "%,.1f", number);
  }
}
