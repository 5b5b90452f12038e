package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The takings of one load: what the agent, the table and the farm have of it.
 *
 * @param seconds how long it counted
 * @param share of a core that the agent used, from 0 to 1
 * @param micros CPU of the agent for each check, in µs
 * @param kernelShare the share of that which the kernel took, from 0 to 1
 * @param checks the rows that were due meanwhile, without those that nobody checked
 * @param account the slots, the rows and the requests
 * @param load the cores of the load
 */
record WatchTaken(
    double seconds,
    double share,
    double micros,
    double kernelShare,
    List<WatchCheck> checks,
    WatchAccount account,
    Load load) {
  /** Time for a check to end, and for its row to be written. */
  private static final double SETTLE_SECONDS = WatchEndpoint.TIMEOUT_MS / 1e3 + 1;

  private static final int BUCKETS_A_SECOND = 10;
  private static final double LOAD_BUSY_MAX = 0.95;

  /**
   * The load on its own cores.
   *
   * @param busy how busy they were, from 0 to 1
   * @param farmShare of a core that the farm used, from 0 to 1
   */
  record Load(double busy, double farmShare) {}

  /** Something that happens to the agent while it counts. */
  interface Event {
    /** Lets so many seconds pass. */
    void pass(double seconds) throws IOException, InterruptedException;
  }

  /** Loads an agent for as long as the plan says, and stops it. */
  static WatchTaken of(WatchGround ground, WatchAgent agent, List<WatchEndpoint> endpoints)
      throws IOException, InterruptedException {
    return of(ground, agent, endpoints, ground.plan().seconds(), CounterFullRows::pause);
  }

  /** Counts what a running agent does while something happens, and stops it. */
  static WatchTaken of(
      WatchGround ground,
      WatchAgent agent,
      List<WatchEndpoint> endpoints,
      double seconds,
      Event event)
      throws IOException, InterruptedException {
    String loadCores = ground.plan().cores().load();
    List<Process> processes = List.of(agent.process());
    WatchClock clock = WatchClock.now();
    Busy busyBefore = Busy.now(loadCores);
    Cost before = Cost.of(processes);
    List<Process> farm = List.of(ground.sites().process());
    Cost farmBefore = Cost.of(farm);
    long fromMs = clock.epochMs();
    long beganNanos = System.nanoTime();
    event.pass(seconds);
    double passed = CounterActors.secondsSince(beganNanos);
    Cost used = Cost.of(processes).since(before);
    long toMs = clock.epochMs();
    var load =
        new Load(
            Busy.now(loadCores).shareSince(busyBefore),
            share(Cost.of(farm).since(farmBefore), passed));
    CounterFullRows.pause(SETTLE_SECONDS);
    agent.awaitStored();
    agent.stop();
    var window =
        new WatchAccount.Window(
            fromMs,
            toMs,
            WatchEndpoint.INTERVAL_MS,
            endpoints.stream().map(WatchEndpoint::number).toList());
    List<WatchCheck> all = rows(ground, agent, window);
    List<WatchCheck> checks =
        all.stream().filter(check -> window.has(check.dueMs()) && !check.isMissed()).toList();
    return new WatchTaken(
        passed,
        share(used, passed),
        used.microsEach(Math.max(1, checks.size())),
        used.ticks() == 0 ? 0 : (double) used.kernelTicks() / used.ticks(),
        checks,
        account(ground, agent, window, clock, all),
        load);
  }

  static List<WatchCheck> rows(WatchGround ground, WatchAgent agent, WatchAccount.Window window)
      throws IOException {
    return ground
        .database()
        .checks(
            agent.name(),
            window.fromMs() - WatchAccount.Window.MARGIN_MS,
            window.toMs() + WatchAccount.Window.MARGIN_MS);
  }

  static WatchAccount account(
      WatchGround ground,
      WatchAgent agent,
      WatchAccount.Window window,
      WatchClock clock,
      List<WatchCheck> rows)
      throws IOException {
    long fromMs = window.fromMs() - WatchAccount.Window.MARGIN_MS;
    long toMs = window.toMs() + WatchAccount.Window.MARGIN_MS;
    return WatchAccount.of(
        window,
        clock,
        rows,
        ground.sites().truth().between(clock.nanos(fromMs), clock.nanos(toMs)),
        ground.database().gaps(agent.name(), fromMs, toMs));
  }

  /** Returns the share of a core, from 0 to 1. */
  static double share(Cost used, double seconds) {
    return used.ticks() * (double) Cost.TICK_MICROS / 1e6 / seconds;
  }

  double perSecond() {
    return checks.size() / seconds;
  }

  /** Returns a text of the CPU of a check. */
  String cost() {
    return "%,.0f µs a check, %.0f %% of it in the kernel".formatted(micros, 100 * kernelShare);
  }

  /** Returns a percentile of how late checks began, in ms. */
  double lateMs(double percent) {
    return percentile(checks, check -> check.lateMicros() / 1e3, percent);
  }

  /** Returns how many times as many checks began in the busiest 100 ms as in the mean. */
  double busiest() {
    var began = new TreeMap<Long, Integer>();
    for (WatchCheck check : checks) {
      began.merge(check.startMicros() * BUCKETS_A_SECOND / 1_000_000, 1, Integer::sum);
    }
    int most = began.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return most / (perSecond() / BUCKETS_A_SECOND);
  }

  /** Returns a percentile of the error of the first byte, in ms, of some of the timed checks. */
  double errorMs(double percent, Predicate<WatchPair> wanted) {
    return percentile(timed(wanted), pair -> Math.abs(pair.errorMs()), percent);
  }

  /** Returns a percentile of the inflation, in ms. */
  double inflationMs(double percent) {
    return percentile(timed(_ -> true), WatchPair::inflationMs, percent);
  }

  /** Returns a text of two percentiles in ms. */
  static String millis(double p50, double p99) {
    return Double.isNaN(p50) ? "none measured" : "p50 %.2f ms, p99 %.2f ms".formatted(p50, p99);
  }

  private List<WatchPair> timed(Predicate<WatchPair> wanted) {
    return account.pairs().stream().filter(WatchPair::isTimed).filter(wanted).toList();
  }

  static <T> double percentile(Collection<T> all, ToDoubleFunction<T> value, double percent) {
    List<Double> sorted = all.stream().map(value::applyAsDouble).sorted().toList();
    return sorted.isEmpty() ? Double.NaN : OpenLoad.percentile(sorted, percent);
  }

  /**
   * Returns the figures of the account: nothing lost, nothing twice, nothing missed for no cause.
   */
  List<WatchFigure> accountFigures(boolean mayMiss) {
    return accountFigures(account, mayMiss);
  }

  static List<WatchFigure> accountFigures(WatchAccount account, boolean mayMiss) {
    var figures = new ArrayList<WatchFigure>();
    figures.add(
        WatchFigure.of(
            "slots without a row and without a cause, of %,d".formatted(account.slots()),
            "0",
            "%,d".formatted(account.withoutCause()),
            account.withoutCause() == 0));
    figures.add(
        WatchFigure.of(
            "requests that the farm saw and the table lacks, of %,d".formatted(account.requests()),
            "0",
            "%,d; %,d rows of an answer without a request"
                .formatted(account.lost(), account.unseen()),
            account.lost() == 0 && account.unseen() == 0));
    figures.add(
        WatchFigure.of(
            "requests or rows of one check beyond the first",
            "0",
            "%,d".formatted(account.twice()),
            account.twice() == 0));
    figures.add(
        WatchFigure.of(
            "slots that were missed, with their causes",
            mayMiss ? "" : "0",
            counted(account.missed()),
            mayMiss || account.missed().isEmpty()));
    figures.add(
        WatchFigure.of(
            "rows that call a site down; all sites were up",
            "0",
            counted(account.down()),
            account.down().isEmpty()));
    figures.add(
        WatchFigure.plain(
            "rows by outcome, checks again among them; rows that the agent disturbed",
            "%s; %,d".formatted(words(account.rows()), account.tainted())));
    return figures;
  }

  private static String counted(Map<String, Long> counts) {
    long sum = counts.values().stream().mapToLong(Long::longValue).sum();
    return sum == 0 ? "0" : "%,d: %s".formatted(sum, words(counts));
  }

  private static String words(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(each -> "%,d %s".formatted(each.getValue(), each.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** Returns the figure of the load's own cores, which has no goal but a meaning. */
  WatchFigure loadFigure() {
    return WatchFigure.plain(
        "the core of the farm, PostgreSQL and the load was busy",
        "%.0f %%, with %.0f %% for the farm%s"
            .formatted(
                100 * load.busy(),
                100 * load.farmShare(),
                load.busy() > LOAD_BUSY_MAX ? "; the load had no core left" : ""));
  }
}
