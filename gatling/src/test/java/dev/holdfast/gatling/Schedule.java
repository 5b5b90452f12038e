package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;

import io.gatling.javaapi.core.OpenInjectionStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The due times of the users of a population. Gatling starts the users in order and does not tell
 * when it meant to. So this counts them as they start, and takes the due time of the n-th user from
 * Gatling's own profile.
 *
 * <ul>
 *   <li>The profile gives each second a whole number of users, evenly spread in whole milliseconds.
 *   <li>Its clock starts with the first user.
 *   <li>If a later user starts before its due time, the first one was late, and the clock is put
 *       back.
 * </ul>
 *
 * <p>Threading: any thread may take the next place.
 */
final class Schedule {
  /** A rate such as 0.1 has no exact binary form; Gatling counts users in decimals. */
  private static final double ROUNDING = 1e-9;

  /**
   * The users of one second.
   *
   * @param second the second, from the start of the profile
   * @param users how many come in it, at least one
   */
  private record Batch(long second, long users) {
    double dueSeconds(long index) {
      long millis = index * 1000 / users;
      return second + millis / 1000.0;
    }
  }

  private final List<OpenInjectionStep> steps = new ArrayList<>();

  /** The batches by the index of their first user. */
  private final NavigableMap<Long, Batch> batches = new TreeMap<>();

  private final AtomicLong started = new AtomicLong();
  private final AtomicLong epochNanos = new AtomicLong(Long.MAX_VALUE);
  private long endSecond;
  private long users;

  /** Returns a schedule of users who all come at once. */
  static Schedule atOnce(int users) {
    var schedule = new Schedule();
    schedule.steps.add(atOnceUsers(users));
    return schedule;
  }

  /** Returns a schedule with the same number of users each second. */
  static Schedule constant(double perSecond, int seconds) {
    return new Schedule().then(perSecond, perSecond, seconds);
  }

  /**
   * Returns a schedule with a growing rate. The growth itself grows by {@code ramp} each minute.
   *
   * @param growth how much the rate grows each second, in users a second
   */
  static Schedule growing(double start, double growth, double ramp, int seconds) {
    var schedule = new Schedule();
    double rate = start;
    double growthNow = growth;
    for (int left = seconds; left > 0; left -= 60) {
      int length = Math.min(left, 60);
      double end = rate + growthNow * length;
      schedule.then(rate, end, length);
      rate = end;
      growthNow += ramp;
    }
    return schedule;
  }

  private Schedule then(double fromRate, double toRate, int seconds) {
    if (fromRate <= 0 || toRate <= 0 || seconds <= 0) {
      throw new IllegalArgumentException("a rate and a time must be above 0");
    }
    long before = users;
    for (int second = 1; second <= seconds; second++) {
      long until =
          before
              + (fromRate == toRate
                  ? Math.ceilDiv(Math.round(fromRate * seconds) * second, (long) seconds)
                  : (long) (integral(fromRate, toRate, seconds, second) + ROUNDING));
      if (until > users) {
        batches.put(users, new Batch(endSecond, until - users));
      }
      users = until;
      endSecond++;
    }
    var during = Duration.ofSeconds(seconds);
    steps.add(
        fromRate == toRate
            ? constantUsersPerSec(fromRate).during(during)
            : rampUsersPerSec(fromRate).to(toRate).during(during));
    return this;
  }

  /** Returns the number of users until some seconds after the start of an evenly growing rate. */
  private static double integral(double fromRate, double toRate, int seconds, int until) {
    return fromRate * until + (toRate - fromRate) / (2 * seconds) * until * until;
  }

  OpenInjectionStep[] steps() {
    return steps.toArray(OpenInjectionStep[]::new);
  }

  /** Takes the next place, and returns when the user that starts now was due, at the latest now. */
  long next(long nowNanos) {
    long offset = (long) (dueSeconds(started.getAndIncrement()) * 1e9);
    return epochNanos.accumulateAndGet(nowNanos - offset, Math::min) + offset;
  }

  /** Returns when the user with this index, from 0, is due, in seconds after the first. */
  double dueSeconds(long index) {
    Map.Entry<Long, Batch> batch = batches.floorEntry(index);
    return batch == null ? 0 : batch.getValue().dueSeconds(index - batch.getKey());
  }

  /** Returns the number of users, unless all come at once. */
  long users() {
    return users;
  }
}
