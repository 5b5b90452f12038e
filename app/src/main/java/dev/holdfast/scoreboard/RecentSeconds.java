package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.List;

/** The seconds of the last minutes, for a plot that moves on. */
final class RecentSeconds {
  static final int SECONDS = 300;

  /**
   * How far a second may be ahead of the newest one that is over, in seconds. A second that is
   * further ahead is damage.
   */
  static final int AHEAD_SECONDS_MAX = 60;

  /** The number of buckets: enough that no two of these seconds share one. */
  private static final int KEPT = SECONDS + AHEAD_SECONDS_MAX;

  private final Bucket[] buckets = new Bucket[KEPT];

  /** The second that each bucket holds. */
  private final long[] seconds = new long[KEPT];

  private long latest;

  /**
   * @param last the newest second that is over, in seconds since 1970
   */
  RecentSeconds(long last) {
    this.latest = last + AHEAD_SECONDS_MAX;
    for (int i = 0; i < KEPT; i++) {
      buckets[i] = new Bucket();
      seconds[i] = -1;
    }
  }

  /**
   * Counts an entry. Passes over an entry that is older than all seconds shown, or later than it
   * can be: a damaged line hides nothing.
   */
  void add(LogEntry entry) {
    if (entry.second() > latest) {
      return;
    }
    int slot = slot(entry.second());
    if (entry.second() > seconds[slot]) {
      buckets[slot].clear();
      seconds[slot] = entry.second();
    }
    if (entry.second() == seconds[slot]) {
      buckets[slot].add(entry);
    }
  }

  /** Drops the counts of this second and later ones, since the clock went back. */
  void forgetFrom(long second) {
    for (int i = 0; i < KEPT; i++) {
      if (seconds[i] >= second) {
        buckets[i].clear();
        seconds[i] = -1;
      }
    }
  }

  /** Returns the seconds up to this one, the oldest first, including those without a request. */
  List<Summary.Point> upTo(long last) {
    latest = last + AHEAD_SECONDS_MAX;
    forgetFrom(latest + 1);
    var points = new ArrayList<Summary.Point>(SECONDS);
    var none = new Bucket();
    for (long second = last - SECONDS + 1; second <= last; second++) {
      int slot = slot(second);
      points.add((seconds[slot] == second ? buckets[slot] : none).point(second, 1));
    }
    return points;
  }

  private static int slot(long second) {
    return (int) Math.floorMod(second, (long) KEPT);
  }
}
