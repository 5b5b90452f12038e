package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks that the lines of a log are in the order of time. nginx's workers write their lines out on
 * their own, each within a second. So a line may be a little older than one before it. Two things
 * cannot come from that, and break the order:
 *
 * <ul>
 *   <li>a line that is more than {@link #LATE_SECONDS_MAX} seconds older than the newest one;
 *   <li>lines in a row, all older than the newest one, in which time goes on for {@link
 *       #STEP_SECONDS} seconds. A worker that was held up brings no more than a second of lines.
 * </ul>
 *
 * Either the files were not given oldest first, or the clock went back. The lines do not tell
 * which. A clock that goes back by {@code 2 * STEP_SECONDS + 1} seconds or less is not noticed.
 */
final class LogOrder {
  static final int LATE_SECONDS_MAX = 63;
  static final int STEP_SECONDS = 3;

  private boolean begun;
  private long newest;
  private long lines;
  private Break first;

  /** The place of a line in time. */
  enum Place {
    /** About as old as the newest line. */
    IN_ORDER,
    /** Older than that. The following lines tell why. */
    LATE,
    /** It shows, with the late lines before it, that the clock has gone back. */
    WENT_BACK
  }

  /**
   * True if the newest lines are late. The next two fields are the oldest and the newest time of
   * these.
   */
  private boolean late;

  private long lateFirst;
  private long lateLast;

  /**
   * The place where the order broke first.
   *
   * @param line the number of the line among the readable ones, from 1 on
   * @param time of that line
   * @param after the time of the newest line before it
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Break(long line, String time, String after) {}

  /** Takes the time of the next line. */
  Place add(long second) {
    lines++;
    if (!begun || second > newest) {
      begun = true;
      newest = second;
    }
    if (newest - second <= STEP_SECONDS) {
      late = false;
      return Place.IN_ORDER;
    }
    lateFirst = late ? Math.min(lateFirst, second) : second;
    lateLast = late ? Math.max(lateLast, second) : second;
    late = true;
    boolean wentBack = lateLast - lateFirst >= STEP_SECONDS;
    if (first == null && (wentBack || newest - second > LATE_SECONDS_MAX)) {
      first = new Break(lines, text(second), text(newest));
    }
    if (wentBack) {
      newest = lateLast;
      late = false;
    }
    return wentBack ? Place.WENT_BACK : Place.LATE;
  }

  /** Returns where the order broke first, or empty if it never did. */
  Optional<Break> firstBreak() {
    return Optional.ofNullable(first);
  }

  private static String text(long second) {
    return Instant.ofEpochSecond(second).toString();
  }
}
