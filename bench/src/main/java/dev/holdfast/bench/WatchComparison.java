package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of a run by which the watcher is compared with its peers.
 *
 * <p>Threading: of one thread.
 */
final class WatchComparison {
  /** The watcher, among the programs. */
  static final String HOLDFAST = "Holdfast";

  /** The share of a peer's inflation that the watcher may have. */
  private static final double INFLATION_SHARE = 0.2;

  /** The peers whose inflation is a goal. */
  private static final List<String> INFLATED = List.of(WatchBlackbox.NAME, WatchAiohttp.NAME);

  private final Map<String, Double> microsPlain = new LinkedHashMap<>();
  private double heavyMicros = Double.NaN;
  private final Map<String, Double> microsTls = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Double>> inflationMs = new LinkedHashMap<>();

  /** Takes down what a check by http costs at the load that peers can do, in µs of CPU. */
  void plain(String program, double micros) {
    microsPlain.put(program, micros);
  }

  /** Takes down what a check of the watcher by http costs at a heavy load, in µs of CPU. */
  void heavy(double micros) {
    heavyMicros = micros;
  }

  /** Takes down what a check by https costs, in µs of CPU. */
  void tls(String program, double micros) {
    microsTls.put(program, micros);
  }

  /**
   * Takes down an inflation.
   *
   * @param perSecond the load, in checks a second
   * @param p99Ms its 99th percentile
   */
  void inflation(String program, int perSecond, double p99Ms) {
    inflationMs.computeIfAbsent(program, _ -> new LinkedHashMap<>()).put(perSecond, p99Ms);
  }

  double heavyMicros(double ifUnknown) {
    return Double.isNaN(heavyMicros) ? ifUnknown : heavyMicros;
  }

  double tlsMicros(double ifUnknown) {
    return microsTls.getOrDefault(HOLDFAST, ifUnknown);
  }

  /** Returns the figures that need both the watcher and a peer. */
  List<WatchFigure> figures() {
    var figures = new ArrayList<WatchFigure>();
    addCosts(figures, "CPU a check by http, the watcher at 500 checks/s", "", microsPlain);
    addCosts(figures, "CPU a check by https", "≤ blackbox_exporter", microsTls);
    Map<Integer, Double> own = inflationMs.getOrDefault(HOLDFAST, Map.of());
    for (String peer : INFLATED) {
      inflationMs
          .getOrDefault(peer, Map.of())
          .forEach(
              (perSecond, ms) -> {
                if (own.containsKey(perSecond)) {
                  figures.add(inflation(peer, perSecond, own.get(perSecond), ms));
                }
              });
    }
    return figures;
  }

  private static void addCosts(
      List<WatchFigure> figures, String what, String goal, Map<String, Double> micros) {
    Double own = micros.get(HOLDFAST);
    if (own == null) {
      return;
    }
    micros.forEach(
        (program, theirs) -> {
          if (!program.equals(HOLDFAST)) {
            boolean hasGoal = !goal.isEmpty() && program.equals(WatchBlackbox.NAME);
            figures.add(
                WatchFigure.of(
                    "%s: %s beside %s".formatted(what, HOLDFAST, program),
                    hasGoal ? goal : "",
                    "%,.0f µs beside %,.0f µs: %.2f times as much"
                        .formatted(own, theirs, own / theirs),
                    !hasGoal || own <= theirs));
          }
        });
  }

  private static WatchFigure inflation(String peer, int perSecond, double own, double theirs) {
    return WatchFigure.of(
        String.format(
            Locale.ROOT,
            "p99 inflation at %,d checks/s by http: %s beside %s",
            perSecond,
            HOLDFAST,
            peer),
        "≤ 1/5",
        "%,.2f ms beside %,.2f ms: %.2f times as much".formatted(own, theirs, own / theirs),
        own <= INFLATION_SHARE * theirs);
  }
}
