package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The common part of the rows of peers: the numbers of requests, and their findings held against
 * the farm's log.
 */
final class WatchPeer {
  /** The first number of a peer's request, above those of endpoints. */
  private static final AtomicLong next = new AtomicLong(1_000_000);

  private static final double LOG_SECONDS = 1;

  private WatchPeer() {}

  /** Returns the first of some numbers that no request has had. */
  static long numbers(int count) {
    return next.getAndAdd(count);
  }

  /** Returns the figure of a peer that is not there. */
  static List<WatchFigure> notInstalled(String program) {
    return List.of(
        WatchFigure.plain("not installed: " + program, "make bench-watcher-tools installs it"));
  }

  /**
   * The findings of a load.
   *
   * @param perSecond the checks a second that the peer made
   * @param micros its CPU for each check, in µs
   * @param down how many sites it called down, which were all up
   * @param inflationMs by how much its times were longer than the farm's delays, ascending
   */
  record Load(double perSecond, double micros, long down, List<Double> inflationMs) {
    double p99() {
      return inflationMs.isEmpty() ? Double.NaN : OpenLoad.percentile(inflationMs, 99);
    }

    String inflation() {
      return inflationMs.isEmpty()
          ? "none measured"
          : "p50 %.2f ms, p99 %.2f ms".formatted(OpenLoad.percentile(inflationMs, 50), p99());
    }
  }

  /** Holds findings against the farm's log. */
  static Load load(WatchGround ground, List<WatchProbed> probed, double seconds, double cpuSeconds)
      throws IOException {
    CounterFullRows.pause(LOG_SECONDS); // the farm writes its log now and then
    Map<Long, WatchProbed> byNumber = new HashMap<>();
    probed.forEach(each -> byNumber.put(each.number(), each));
    List<Double> inflation = new ArrayList<>();
    for (WatchRequest request :
        ground.sites().truth().where(each -> byNumber.containsKey(each.number()))) {
      WatchProbed found = byNumber.get(request.number());
      if (found.isUp() && request.isAnswered()) {
        inflation.add(found.millis() - request.delayMs());
      }
    }
    return new Load(
        probed.size() / seconds,
        cpuSeconds * 1e6 / Math.max(1, probed.size()),
        probed.stream().filter(each -> !each.isUp()).count(),
        inflation.stream().sorted().toList());
  }

  /** Returns the figures of a load by http, and takes them down for the comparison. */
  static List<WatchFigure> plain(WatchGround ground, String name, int wanted, Load load) {
    if (wanted == WatchRows.LIGHT) {
      ground.programs().plain(name, load.micros());
    }
    ground.programs().inflation(name, wanted, load.p99());
    return List.of(
        WatchFigure.plain(
            "CPU a check by http, %,d checks/s wanted".formatted(wanted),
            "%,.0f µs, %,.0f/s made%s"
                .formatted(load.micros(), load.perSecond(), falseDowns(load))),
        WatchFigure.plain("inflation: a whole check, less the farm's delay", load.inflation()));
  }

  /** Returns the figure of a load by https, and takes it down for the comparison. */
  static List<WatchFigure> tls(WatchGround ground, String name, int wanted, Load load) {
    ground.programs().tls(name, load.micros());
    return List.of(
        WatchFigure.plain(
            "CPU a check by https, %,d checks/s wanted".formatted(wanted),
            "%,.0f µs, %,.0f/s made%s"
                .formatted(load.micros(), load.perSecond(), falseDowns(load))));
  }

  static String falseDowns(Load load) {
    return load.down() == 0 ? "" : ", %,d false downs".formatted(load.down());
  }
}
