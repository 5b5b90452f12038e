package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The rows of a watcher to which something happens, or which runs for long. */
final class WatchFaultRows {
  private static final double STOP_SECONDS = 3;
  private static final double AFTER_STOP_SECONDS = 8;
  private static final double DRAIN_SECONDS_GOAL = 30;
  private static final double HEAP_MB_GOAL = 256;
  private static final double HANGING_MB_GOAL = 150;
  private static final int URLS = 10_000;
  private static final int HANGING = 5_000;
  private static final int HANGING_TIMEOUT_MS = 60_000;
  private static final int IN_FLIGHT = 10_000;
  private static final long SOAK_WINDOW_MS = 60_000;

  private WatchFaultRows() {}

  static List<WatchRow> all() {
    return List.of(
        new WatchRow(
            "stop",
            "SIGSTOP of the watcher for 3 s, at 2,000 checks/s",
            true,
            WatchFaultRows::stop),
        new WatchRow(
            "database",
            "kill -9 of PostgreSQL for --down-seconds, at 2,000 checks/s",
            true,
            WatchFaultRows::database),
        new WatchRow(
            "memory",
            "heap and resident memory with 10,000 URLs, and with 5,000 sites that hang besides",
            true,
            WatchFaultRows::memory),
        new WatchRow(
            "soak",
            "2,000 checks/s for --soak-minutes; only if it is named",
            false,
            WatchFaultRows::soak));
  }

  private static List<WatchEndpoint> start(WatchGround ground, WatchAgent agent, double warmUp)
      throws IOException, InterruptedException {
    List<WatchEndpoint> endpoints = WatchRows.sites(ground, URLS);
    agent.apply(endpoints);
    agent.start("--in-flight-max", Integer.toString(IN_FLIGHT));
    CounterFullRows.pause(warmUp);
    return endpoints;
  }

  private static List<WatchFigure> stop(WatchGround ground)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent("stop")) {
      List<WatchEndpoint> endpoints = start(ground, agent, ground.plan().warmUpSeconds());
      long pid = agent.process().pid();
      WatchTaken taken =
          WatchTaken.of(
              ground,
              agent,
              endpoints,
              AFTER_STOP_SECONDS,
              after -> {
                CounterFullRows.pause(2);
                CounterFullRows.signal("STOP", pid);
                try {
                  CounterFullRows.pause(STOP_SECONDS);
                } finally {
                  CounterFullRows.signal("CONT", pid);
                }
                CounterFullRows.pause(after);
              });
      long own = taken.checks().stream().filter(each -> each.outcome() == WatchCodes.AGENT).count();
      var figures = new ArrayList<WatchFigure>();
      figures.add(
          WatchFigure.plain(
              "rows that say that it was the agent",
              "%,d, of %,d".formatted(own, taken.checks().size())));
      figures.addAll(taken.accountFigures(true));
      return figures;
    }
  }

  private static List<WatchFigure> database(WatchGround ground)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent("database")) {
      List<WatchEndpoint> endpoints = start(ground, agent, ground.plan().warmUpSeconds());
      double[] drained = new double[1];
      WatchTaken taken =
          WatchTaken.of(
              ground,
              agent,
              endpoints,
              ground.plan().downSeconds(),
              down -> {
                CounterFullRows.pause(2);
                ground.database().kill();
                CounterFullRows.pause(down);
                ground.database().start();
                long beganNanos = System.nanoTime();
                // Rows of the last moment always wait; the disk has none any more.
                agent.await(() -> isReplayed(agent));
                drained[0] = CounterActors.secondsSince(beganNanos);
              });
      var figures = new ArrayList<WatchFigure>();
      figures.add(
          WatchFigure.of(
              "the rows of %.0f s without a database are all in it, after its start"
                  .formatted(ground.plan().downSeconds()),
              "≤ 30 s",
              "%.1f s".formatted(drained[0]),
              drained[0] <= DRAIN_SECONDS_GOAL));
      figures.addAll(taken.accountFigures(false));
      return figures;
    }
  }

  /** Returns true if all that waited for the database is there, but for what comes all the time. */
  private static boolean isReplayed(WatchAgent agent) throws IOException {
    var stored = agent.status().path("database");
    return stored.path("spooled").asLong() == stored.path("replayed").asLong()
        && stored.path("waiting").asLong() < WatchRows.HEAVY;
  }

  private static List<WatchFigure> memory(WatchGround ground)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent("memory")) {
      List<WatchEndpoint> endpoints = start(ground, agent, ground.plan().warmUpSeconds());
      double heap = agent.liveHeapMb();
      double resident = CounterFullRows.residentMb(agent.process());
      var more = new ArrayList<>(endpoints);
      WatchEndpoint.plain(ground.sites(), WatchFarm.SILENT, URLS + 1L, HANGING).stream()
          .map(endpoint -> endpoint.withTimeout(HANGING_TIMEOUT_MS))
          .forEach(more::add);
      agent.apply(more);
      agent.await(() -> agent.status().path("inFlight").asInt() >= HANGING);
      double heapHanging = agent.liveHeapMb();
      double residentHanging = CounterFullRows.residentMb(agent.process());
      long inFlight = agent.status().path("inFlight").asLong();
      return List.of(
          WatchFigure.of(
              "heap in use after a collection, with 10,000 URLs at 2,000 checks/s",
              "≤ 256 MB",
              "%,.0f MB".formatted(heap),
              heap <= HEAP_MB_GOAL),
          WatchFigure.plain(
              "resident memory, of a JVM with " + ground.plan().jvm(),
              "%,.0f MB".formatted(resident)),
          WatchFigure.of(
              "more heap with 5,000 sites that hang besides, %,d checks in flight"
                  .formatted(inFlight),
              "≤ + 150 MB",
              "+ %,.0f MB".formatted(heapHanging - heap),
              heapHanging - heap <= HANGING_MB_GOAL),
          WatchFigure.of(
              "more resident memory with them",
              "≤ + 150 MB",
              "+ %,.0f MB".formatted(residentHanging - resident),
              residentHanging - resident <= HANGING_MB_GOAL));
    }
  }

  private static List<WatchFigure> soak(WatchGround ground)
      throws IOException, InterruptedException {
    try (WatchAgent agent = ground.agent("soak")) {
      List<WatchEndpoint> endpoints = start(ground, agent, ground.plan().warmUpSeconds());
      WatchClock clock = WatchClock.now();
      long fromMs = clock.epochMs();
      Cost before = Cost.of(List.of(agent.process()));
      double seconds = 60 * ground.plan().soakMinutes();
      CounterFullRows.pause(seconds);
      Cost used = Cost.of(List.of(agent.process())).since(before);
      long toMs = clock.epochMs();
      CounterFullRows.pause(5);
      agent.awaitStored();
      agent.stop();
      List<Long> numbers = endpoints.stream().map(WatchEndpoint::number).toList();
      WatchAccount sum = null;
      double lateMs = 0;
      for (long from = fromMs; from < toMs; from += SOAK_WINDOW_MS) {
        var window =
            new WatchAccount.Window(
                from, Math.min(toMs, from + SOAK_WINDOW_MS), WatchEndpoint.INTERVAL_MS, numbers);
        List<WatchCheck> rows = WatchTaken.rows(ground, agent, window);
        WatchAccount account = WatchTaken.account(ground, agent, window, clock, rows);
        lateMs = Math.max(lateMs, WatchTaken.percentile(rows, row -> row.lateMicros() / 1e3, 99));
        sum = sum == null ? account : sum.plus(account);
      }
      var figures = new ArrayList<>(WatchTaken.accountFigures(sum, false));
      figures.add(
          WatchFigure.plain(
              "start lateness, p99 of the worst minute of %.1f"
                  .formatted(ground.plan().soakMinutes()),
              "%.1f ms".formatted(lateMs)));
      figures.add(
          WatchFigure.plain(
              "share of the core", "%.1f %%".formatted(100 * WatchTaken.share(used, seconds))));
      return figures;
    }
  }
}
