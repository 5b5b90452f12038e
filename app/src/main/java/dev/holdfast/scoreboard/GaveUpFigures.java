package dev.holdfast.scoreboard;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Counts the clients that gave up, and their progress, in constant memory. */
final class GaveUpFigures {
  private final Map<GaveUp.Stage, Counts> stages = new EnumMap<>(GaveUp.Stage.class);

  /** The counts of the clients that gave up at one stage. */
  private static final class Counts {
    private final Latencies after = new Latencies(3);

    /** The number of clients at each percentage of their way, without those of unknown progress. */
    private final long[] byPercent = new long[101];

    private long requests;
    private long bytes;

    void add(GaveUp gaveUp, long durationMs) {
      requests++;
      bytes = SaturatedSum.of(bytes, gaveUp.bytes());
      after.add(durationMs);
      if (gaveUp.percent() >= 0) {
        byPercent[gaveUp.percent()]++;
      }
    }

    Summary.Stage summary() {
      long known = 0;
      for (long count : byPercent) {
        known += count;
      }
      return new Summary.Stage(
          requests,
          bytes,
          known == 0 ? null : percentAtRank((known + 1) / 2),
          known == 0 ? null : percentAtRank(known),
          after.summary());
    }

    private Integer percentAtRank(long rank) {
      int percent = 0;
      for (long seen = byPercent[0]; seen < rank; seen += byPercent[percent]) {
        percent++;
      }
      return percent;
    }
  }

  GaveUpFigures() {
    for (GaveUp.Stage stage : GaveUp.Stage.values()) {
      stages.put(stage, new Counts());
    }
  }

  void add(GaveUp gaveUp, long durationMs) {
    stages.get(gaveUp.stage()).add(gaveUp, durationMs);
  }

  Summary.GaveUp summary() {
    var byStage = new LinkedHashMap<String, Summary.Stage>();
    stages.forEach(
        (stage, counts) -> byStage.put(stage.name().toLowerCase(Locale.ROOT), counts.summary()));
    long requests = stages.values().stream().mapToLong(counts -> counts.requests).sum();
    return new Summary.GaveUp(requests, byStage);
  }
}
