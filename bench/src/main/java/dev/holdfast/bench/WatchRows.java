package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The rows of a watcher that nothing happens to. */
final class WatchRows {
  /** The checks a second of the row {@code plain}. */
  static final int HEAVY = 2_000;

  /** The checks a second of the row {@code light}, which every peer but one can do. */
  static final int LIGHT = 500;

  /** The checks a second by https. */
  static final int TLS = 150;

  private static final int PER_SECOND_GOAL = 4_000;
  private static final int TLS_PER_SECOND_GOAL = 500;
  private static final double SHARE_GOAL = 0.5;
  private static final double LATE_MS_GOAL = 20;
  private static final double BUSIEST_GOAL = 1.5;
  private static final double ERROR_MS_GOAL = 5;
  private static final double ERROR_80_MS_GOAL = 20;

  /** How many times as long cryptography takes until it is compiled, at a load that it can bear. */
  private static final int TLS_WARM_UPS = 5;

  private static final double SHARE_80 = 0.8;
  private static final int INTERVAL_S = WatchEndpoint.INTERVAL_MS / 1_000;

  /** The time-out of the row {@code timeout}, and the goal of when it fires. */
  private static final int TIMEOUT_MS = 300;

  private static final double TIMEOUT_MS_GOAL = 320;
  private static final int TIMED_OUT = 250;

  /** Guesses of a check's CPU, in µs, if no row before has measured it. */
  private static final double PLAIN_GUESS = 200;

  private static final double TLS_GUESS = 2_000;

  /** The most endpoints that a list has. */
  private static final int ENDPOINTS_MAX = 20_000;

  private WatchRows() {}

  static List<WatchRow> all() {
    return List.of(
        new WatchRow(
            "plain",
            "10,000 URLs by http every 5 s, stored: 2,000 checks/s",
            true,
            WatchRows::plain),
        new WatchRow(
            "light",
            "2,500 URLs by http every 5 s: 500 checks/s, as the peers do",
            true,
            WatchRows::light),
        new WatchRow(
            "https",
            "fresh checks by https, stored: 150 checks/s, with either cryptography",
            true,
            WatchRows::tls),
        new WatchRow(
            "load80",
            "up to 10,000 URLs by http, and some by https, at 80 % of a core",
            true,
            WatchRows::load80),
        new WatchRow(
            "timeout",
            "500 sites that accept and are silent, with a time-out of 300 ms",
            true,
            WatchRows::timeout));
  }

  private static List<WatchFigure> plain(WatchGround ground)
      throws IOException, InterruptedException {
    WatchTaken taken = load(ground, "plain", HEAVY);
    ground.programs().heavy(taken.micros());
    var figures = new ArrayList<WatchFigure>();
    double perSecond = 1e6 / taken.micros();
    figures.add(
        WatchFigure.of(
            "checks a core can do, by CPU a check",
            "≥ 4,000/s",
            "%,.0f/s, %s".formatted(perSecond, taken.cost()),
            perSecond >= PER_SECOND_GOAL));
    figures.add(
        WatchFigure.of(
            "share of the core at %,.0f checks/s".formatted(taken.perSecond()),
            "≤ 50 %",
            "%.1f %%".formatted(100 * taken.share()),
            taken.share() <= SHARE_GOAL));
    figures.addAll(timing(ground, taken, HEAVY, ERROR_MS_GOAL));
    figures.addAll(taken.accountFigures(false));
    return figures;
  }

  private static List<WatchFigure> light(WatchGround ground)
      throws IOException, InterruptedException {
    WatchTaken taken = load(ground, "light", LIGHT);
    ground.programs().plain(WatchComparison.HOLDFAST, taken.micros());
    var figures = new ArrayList<WatchFigure>();
    figures.add(
        WatchFigure.plain(
            "CPU a check at %,.0f checks/s".formatted(taken.perSecond()), taken.cost()));
    figures.addAll(timing(ground, taken, LIGHT, ERROR_MS_GOAL));
    return figures;
  }

  /** Loads an agent with checks by http of sites half of which take a while. */
  private static WatchTaken load(WatchGround ground, String name, int perSecond)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent(name)) {
      List<WatchEndpoint> endpoints = sites(ground, perSecond * INTERVAL_S);
      agent.apply(endpoints);
      agent.start();
      CounterFullRows.pause(ground.plan().warmUpSeconds());
      return WatchTaken.of(ground, agent, endpoints);
    }
  }

  /** Returns endpoints by http: half of them answer at once, the others after 20 ms. */
  static List<WatchEndpoint> sites(WatchGround ground, int count) {
    var endpoints = new ArrayList<WatchEndpoint>();
    int half = count / 2;
    endpoints.addAll(WatchEndpoint.plain(ground.sites(), WatchFarm.PAGE, 1, half));
    endpoints.addAll(WatchEndpoint.plain(ground.sites(), WatchFarm.SLOW, half + 1L, count - half));
    return endpoints;
  }

  private static List<WatchFigure> timing(
      WatchGround ground, WatchTaken taken, int perSecond, double errorGoalMs) {
    double inflation = taken.inflationMs(99);
    ground.programs().inflation(WatchComparison.HOLDFAST, perSecond, inflation);
    var figures = new ArrayList<WatchFigure>();
    figures.add(
        WatchFigure.of(
            "start lateness",
            "p99 ≤ 20 ms",
            "p50 %.1f ms, p99 %.1f ms".formatted(taken.lateMs(50), taken.lateMs(99)),
            taken.lateMs(99) <= LATE_MS_GOAL));
    figures.add(
        WatchFigure.of(
            "starts in the busiest 100 ms",
            "≤ 1.5 × mean",
            "%.2f × mean".formatted(taken.busiest()),
            taken.busiest() <= BUSIEST_GOAL));
    figures.add(error(taken, errorGoalMs));
    figures.add(
        WatchFigure.plain(
            "inflation: a whole check, less the farm's delay",
            WatchTaken.millis(taken.inflationMs(50), inflation)));
    figures.add(taken.loadFigure());
    return figures;
  }

  private static WatchFigure error(WatchTaken taken, double goalMs) {
    double p99 = taken.errorMs(99, _ -> true);
    return WatchFigure.of(
        "error of the first byte against the farm's log",
        "p99 ≤ %.0f ms".formatted(goalMs),
        WatchTaken.millis(taken.errorMs(50, _ -> true), p99),
        p99 <= goalMs);
  }

  private static List<WatchFigure> tls(WatchGround ground)
      throws IOException, InterruptedException {
    var figures = new ArrayList<WatchFigure>();
    WatchTaken taken = tls(ground, "https", "native", figures);
    ground.programs().tls(WatchComparison.HOLDFAST, taken.micros());
    double perSecond = 1e6 / taken.micros();
    figures.add(
        WatchFigure.of(
            "fresh checks by https a core can do, by CPU a check",
            "≥ 500/s",
            "%,.0f/s, %s".formatted(perSecond, taken.cost()),
            perSecond >= TLS_PER_SECOND_GOAL));
    figures.add(
        WatchFigure.plain(
            "share of the core at %,.0f checks/s".formatted(taken.perSecond()),
            "%.1f %%".formatted(100 * taken.share())));
    figures.add(taken.loadFigure());
    figures.addAll(taken.accountFigures(false));
    WatchTaken ofTheJdk = tls(ground, "httpsjdk", "jdk", figures);
    figures.add(
        WatchFigure.plain(
            "the same with --cryptography jdk",
            "%,.0f/s, %s".formatted(1e6 / ofTheJdk.micros(), ofTheJdk.cost())));
    return figures;
  }

  /** Loads an agent with checks by https, and adds which cryptography it says that it has. */
  private static WatchTaken tls(
      WatchGround ground, String name, String cryptography, List<WatchFigure> figures)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent(name)) {
      List<WatchEndpoint> endpoints =
          WatchEndpoint.tls(ground.sites(), WatchFarm.PAGE, 1, TLS * INTERVAL_S);
      agent.apply(endpoints);
      agent.start("--cryptography", cryptography);
      figures.add(
          WatchFigure.plain(
              "--cryptography " + cryptography, agent.status().path("cryptography").asText()));
      CounterFullRows.pause(TLS_WARM_UPS * ground.plan().warmUpSeconds());
      return WatchTaken.of(ground, agent, endpoints);
    }
  }

  /**
   * Brings an agent to 80 % of its core: by what is known of its costs, and then by what it uses.
   */
  private static List<WatchFigure> load80(WatchGround ground)
      throws IOException, InterruptedException {
    double tlsMicros = ground.programs().tlsMicros(TLS_GUESS);
    double plainMicros = ground.programs().heavyMicros(PLAIN_GUESS);
    try (WatchAgent agent = ground.agent("load80")) {
      List<WatchEndpoint> endpoints = mix(ground, plainMicros, tlsMicros, SHARE_80);
      agent.apply(endpoints);
      agent.start();
      CounterFullRows.pause(TLS_WARM_UPS * ground.plan().warmUpSeconds());
      double share = share(agent, ground.plan().seconds() / 3);
      double by = SHARE_80 / share;
      endpoints = mix(ground, plainMicros / by, tlsMicros / by, SHARE_80);
      agent.apply(endpoints);
      CounterFullRows.pause(ground.plan().warmUpSeconds() / 2);
      WatchTaken taken = WatchTaken.of(ground, agent, endpoints);
      long tlsFrom = firstTls(endpoints);
      double p99 = taken.errorMs(99, pair -> pair.check().number() < tlsFrom);
      var figures = new ArrayList<WatchFigure>();
      figures.add(
          WatchFigure.plain(
              "share of the core at %,.0f checks/s, %,d of %,d URLs by https"
                  .formatted(taken.perSecond(), endpoints.size() - (tlsFrom - 1), endpoints.size()),
              "%.1f %%".formatted(100 * taken.share())));
      figures.add(
          WatchFigure.of(
              "error of the first byte against the farm's log, by http",
              "p99 ≤ %.0f ms".formatted(ERROR_80_MS_GOAL),
              WatchTaken.millis(taken.errorMs(50, pair -> pair.check().number() < tlsFrom), p99),
              p99 <= ERROR_80_MS_GOAL));
      figures.add(
          WatchFigure.plain(
              "start lateness",
              "p50 %.1f ms, p99 %.1f ms".formatted(taken.lateMs(50), taken.lateMs(99))));
      figures.add(taken.loadFigure());
      figures.addAll(taken.accountFigures(false));
      return figures;
    }
  }

  /**
   * Returns endpoints that use a share of a core: 10,000 by http, and for the rest of the share
   * some by https, which the farm serves beside them.
   */
  private static List<WatchEndpoint> mix(
      WatchGround ground, double plainMicros, double tlsMicros, double share) {
    int plainCount = (int) Math.min(HEAVY * INTERVAL_S, share * 1e6 / plainMicros * INTERVAL_S);
    double left = share - plainCount * plainMicros / 1e6 / INTERVAL_S;
    int tlsCount =
        (int) Math.clamp(left * 1e6 / tlsMicros * INTERVAL_S, 0, ENDPOINTS_MAX - plainCount);
    var endpoints = new ArrayList<>(sites(ground, plainCount));
    endpoints.addAll(WatchEndpoint.tls(ground.sites(), WatchFarm.PAGE, plainCount + 1L, tlsCount));
    return endpoints;
  }

  private static long firstTls(List<WatchEndpoint> endpoints) {
    return endpoints.stream()
        .filter(each -> each.url().startsWith("https:"))
        .mapToLong(WatchEndpoint::number)
        .min()
        .orElse(endpoints.size() + 1L);
  }

  private static double share(WatchAgent agent, double seconds) throws IOException {
    Cost before = Cost.of(List.of(agent.process()));
    long beganNanos = System.nanoTime();
    CounterFullRows.pause(seconds);
    Cost used = Cost.of(List.of(agent.process())).since(before);
    return WatchTaken.share(used, CounterActors.secondsSince(beganNanos));
  }

  private static List<WatchFigure> timeout(WatchGround ground)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent("timeout")) {
      List<WatchEndpoint> endpoints =
          WatchEndpoint.plain(ground.sites(), WatchFarm.SILENT, 1, TIMED_OUT).stream()
              .map(endpoint -> endpoint.withTimeout(TIMEOUT_MS))
              .toList();
      agent.apply(endpoints);
      agent.start();
      CounterFullRows.pause(ground.plan().warmUpSeconds() / 2);
      WatchClock clock = WatchClock.now();
      WatchTaken taken =
          WatchTaken.of(
              ground, agent, endpoints, ground.plan().seconds() / 2, CounterFullRows::pause);
      List<Double> fired =
          taken.account().pairs().stream()
              .filter(pair -> pair.check().outcome() == WatchCodes.DOWN)
              .map(pair -> firedMs(clock, pair))
              .sorted()
              .toList();
      double p99 = fired.isEmpty() ? Double.NaN : OpenLoad.percentile(fired, 99);
      return List.of(
          WatchFigure.of(
              "a time-out of 300 ms, from the start by the table to the end by the farm",
              "≤ 320 ms",
              fired.isEmpty()
                  ? "none fired"
                  : "p50 %.1f ms, p99 %.1f ms, at most %.1f ms, of %,d"
                      .formatted(
                          OpenLoad.percentile(fired, 50), p99, fired.getLast(), fired.size()),
              p99 <= TIMEOUT_MS_GOAL),
          taken.loadFigure());
    }
  }

  private static double firedMs(WatchClock clock, WatchPair pair) {
    return (clock.epochMicros(pair.request().endNanos()) - pair.check().startMicros()) / 1e3;
  }
}
