package dev.holdfast.scoreboard;

import java.util.Arrays;

/**
 * Successful requests a second: the mean, the most in one second, and the sustained rate, which is
 * the highest mean of {@link #SUSTAINED_SECONDS} seconds in a row.
 *
 * <p>nginx's workers write their lines out on their own, so lines come out of order. A line that is
 * up to {@link #LATE_SECONDS_MAX} seconds older than the newest one still counts for its own
 * second. An older line counts for the mean alone.
 *
 * <p>Where the clock goes back, {@link #beginAnew} begins a new stretch. Its seconds come on top,
 * and no window reaches over the border.
 */
final class Throughput {
  static final int SUSTAINED_SECONDS = 10;
  static final int LATE_SECONDS_MAX = LogOrder.LATE_SECONDS_MAX;

  private static final int OPEN = LATE_SECONDS_MAX + 1;

  /** Successes of the newest seconds, each at its second modulo the length. */
  private final long[] open = new long[OPEN];

  private Window closed = new Window();
  private boolean begun;
  private long first;
  private long newest;
  private long secondsBefore;
  private long total;
  private long most;

  /**
   * Counts the successful requests of a second. A call with none only makes time pass.
   *
   * @param successes 0 or more
   */
  void add(long second, long successes) {
    if (!begun) {
      begun = true;
      first = second;
      newest = second;
    }
    while (second > newest) {
      // A gap that is longer than all windows has the same effect as one of just their length.
      long skipped = Math.max(0, second - newest - 2L * OPEN - SUSTAINED_SECONDS);
      if (skipped > 0) {
        flush();
        newest += skipped;
      }
      newest++;
      close(newest - OPEN);
      open[slot(newest)] = 0;
    }
    boolean inTime = second > newest - OPEN;
    if (inTime) {
      first = Math.min(first, second);
    }
    total += successes;
    if (inTime) {
      open[slot(second)] += successes;
      most = Math.max(most, open[slot(second)]);
    }
  }

  /** Begins a new stretch of time, since the clock has gone back. */
  void beginAnew() {
    secondsBefore = seconds();
    if (begun) {
      flush();
    }
    closed.forgetSeconds();
    begun = false;
  }

  /** Seconds from the first to the newest line of each stretch, both counted; 0 without any. */
  long seconds() {
    return secondsBefore + (begun ? newest - first + 1 : 0);
  }

  double mean() {
    return seconds() == 0 ? 0 : (double) total / seconds();
  }

  long most() {
    return most;
  }

  /** Returns the highest mean of a window, or the mean of all of a log that is shorter. */
  double sustained() {
    if (seconds() < SUSTAINED_SECONDS) {
      return mean();
    }
    var window = new Window(closed);
    for (long second = newest - OPEN + 1; begun && second <= newest; second++) {
      if (second >= first) {
        window.add(open[slot(second)]);
      }
    }
    return (double) window.mostSum / SUSTAINED_SECONDS;
  }

  private void close(long second) {
    if (second >= first) {
      closed.add(open[slot(second)]);
    }
  }

  /** Closes all open seconds. */
  private void flush() {
    for (long second = newest - OPEN + 1; second <= newest; second++) {
      close(second);
      open[slot(second)] = 0;
    }
  }

  private static int slot(long second) {
    return (int) Math.floorMod(second, (long) OPEN);
  }

  /** The sum of the newest seconds, and its highest value so far. */
  private static final class Window {
    private final long[] seconds;
    private int next;
    private long sum;
    private long mostSum;

    Window() {
      this.seconds = new long[SUSTAINED_SECONDS];
    }

    Window(Window other) {
      this.seconds = other.seconds.clone();
      this.next = other.next;
      this.sum = other.sum;
      this.mostSum = other.mostSum;
    }

    /** Forgets the seconds and keeps the highest sum. */
    void forgetSeconds() {
      Arrays.fill(seconds, 0);
      sum = 0;
    }

    void add(long count) {
      sum += count - seconds[next];
      seconds[next] = count;
      next = (next + 1) % SUSTAINED_SECONDS;
      mostSum = Math.max(mostSum, sum);
    }
  }
}
