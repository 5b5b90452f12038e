package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.List;

/** The seconds of the last minutes, for a plot that moves on. */
final class RecentSeconds {
  static final int SECONDS = 300;

  /** Later than the seconds that are shown are those that are not over, and none of an hour on. */
  static final int AHEAD_SECONDS_MAX = 60;

  /** Room for all of these, so that none takes the place of another. */
  private static final int KEPT = SECONDS + AHEAD_SECONDS_MAX;

  private final Bucket[] buckets = new Bucket[KEPT];

  /** Which second each bucket holds. */
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
   * Counts an entry. One that is older than all that is shown is passed over, and so is one that is
   * later than it can be: a line that is damaged hides nothing.
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

  /** The clock went back: what was counted for this second and later ones is dropped. */
  void forgetFrom(long second) {
    for (int i = 0; i < KEPT; i++) {
      if (seconds[i] >= second) {
        buckets[i].clear();
        seconds[i] = -1;
      }
    }
  }

  /** The seconds up to this one, the oldest first; those in which nothing happened, too. */
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
