package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A log over its whole time, in a bounded number of stretches of equal length. When they do not
 * reach, each two become one of twice the length.
 */
final class Timeline {
  static final int BUCKETS_MAX = 512;

  /** The stretches from the first second on; null where nothing happened. */
  private final Bucket[] buckets = new Bucket[BUCKETS_MAX];

  private boolean begun;
  private long first;
  private long newest;
  private long seconds = 1;

  /**
   * Counts an entry. An entry that is older than the first one counts for the first stretch. It
   * moves the beginning back, as long as a stretch is one second and buckets are left.
   */
  void add(LogEntry entry) {
    if (!begun) {
      begun = true;
      first = entry.second();
      newest = first;
    }
    if (seconds == 1 && entry.second() < first && newest - entry.second() < BUCKETS_MAX) {
      moveBeginning((int) (first - entry.second()));
    }
    newest = Math.max(newest, entry.second());
    while ((newest - first) / seconds >= BUCKETS_MAX) {
      doubleUp();
    }
    int index = (int) (Math.max(0, entry.second() - first) / seconds);
    if (buckets[index] == null) {
      buckets[index] = new Bucket();
    }
    buckets[index].add(entry);
  }

  /** Returns the length of a stretch, in seconds. */
  long seconds() {
    return seconds;
  }

  List<Summary.Point> points() {
    var points = new ArrayList<Summary.Point>();
    var none = new Bucket();
    for (int i = 0; begun && i <= (newest - first) / seconds; i++) {
      long second = first + i * seconds;
      // The last stretch may not be over.
      long length = Math.min(seconds, newest - second + 1);
      points.add((buckets[i] == null ? none : buckets[i]).point(second, length));
    }
    return points;
  }

  private void moveBeginning(int earlier) {
    System.arraycopy(buckets, 0, buckets, earlier, BUCKETS_MAX - earlier);
    Arrays.fill(buckets, 0, earlier, null);
    first -= earlier;
  }

  private void doubleUp() {
    for (int i = 0; i < BUCKETS_MAX; i++) {
      Bucket bucket = buckets[i];
      buckets[i] = null;
      if (bucket == null) {
        continue;
      }
      if (buckets[i / 2] == null) {
        buckets[i / 2] = bucket;
      } else {
        buckets[i / 2].addAll(bucket);
      }
    }
    seconds *= 2;
  }
}
