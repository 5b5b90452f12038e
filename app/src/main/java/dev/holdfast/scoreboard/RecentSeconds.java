package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.List;

/** The seconds of the last minutes, for a plot that moves on. */
final class RecentSeconds {
  static final int SECONDS = 300;

  private final Bucket[] buckets = new Bucket[SECONDS];

  /** Which second each bucket holds. */
  private final long[] seconds = new long[SECONDS];

  RecentSeconds() {
    for (int i = 0; i < SECONDS; i++) {
      buckets[i] = new Bucket();
      seconds[i] = -1;
    }
  }

  /** Counts an entry; one that is older than all that is shown is passed over. */
  void add(LogEntry entry) {
    int slot = slot(entry.second());
    if (entry.second() > seconds[slot]) {
      buckets[slot].clear();
      seconds[slot] = entry.second();
    }
    if (entry.second() == seconds[slot]) {
      buckets[slot].add(entry);
    }
  }

  /** The clock went back: what was counted for this second and later ones is dropped. */
  void forgetFrom(long second) {
    for (int i = 0; i < SECONDS; i++) {
      if (seconds[i] >= second) {
        buckets[i].clear();
        seconds[i] = -1;
      }
    }
  }

  /** The seconds up to this one, the oldest first; those in which nothing happened, too. */
  List<Summary.Point> upTo(long last) {
    var points = new ArrayList<Summary.Point>(SECONDS);
    var none = new Bucket();
    for (long second = last - SECONDS + 1; second <= last; second++) {
      int slot = slot(second);
      points.add((seconds[slot] == second ? buckets[slot] : none).point(second, 1));
    }
    return points;
  }

  private static int slot(long second) {
    return (int) Math.floorMod(second, (long) SECONDS);
  }
}
