package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;

import io.gatling.javaapi.core.OpenInjectionStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When each user of a population is due. Gatling starts the users, in this order, and does not say
 * when it meant to; so they are counted as they start, and the n-th was due when the profile has
 * its n-th. The clock of the profile starts with the first user. If a later one starts before it
 * was due, the first was late, and the clock is put back.
 *
 * <p>Threading: any thread may take the next place.
 */
final class Schedule {
  /**
   * @param first users before this phase
   * @param startSeconds when it starts
   */
  private record Phase(
      long first, double startSeconds, double fromRate, double toRate, double seconds) {
    /** As Gatling rounds it. */
    long users() {
      return (long) ((fromRate + toRate) / 2 * seconds);
    }

    double dueSeconds(long index) {
      double users = index - first;
      double acceleration = (toRate - fromRate) / (2 * seconds);
      double inPhase =
          acceleration == 0
              ? users / fromRate
              : (Math.sqrt(fromRate * fromRate + 4 * acceleration * users) - fromRate)
                  / (2 * acceleration);
      return startSeconds + inPhase;
    }
  }

  private final List<OpenInjectionStep> steps = new ArrayList<>();
  private final List<Phase> phases = new ArrayList<>();
  private final AtomicLong started = new AtomicLong();
  private final AtomicLong epochNanos = new AtomicLong(Long.MAX_VALUE);
  private double endSeconds;
  private long users;

  /** All users at once. */
  static Schedule atOnce(int users) {
    var schedule = new Schedule();
    schedule.steps.add(atOnceUsers(users));
    return schedule;
  }

  /** As many users each second. */
  static Schedule constant(double perSecond, int seconds) {
    return new Schedule().then(perSecond, perSecond, seconds);
  }

  /**
   * Starts at a rate that grows evenly; how much a second, grows by {@code ramp} each minute.
   *
   * @param growth users a second, each second
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
    var phase = new Phase(users, endSeconds, fromRate, toRate, seconds);
    phases.add(phase);
    users += phase.users();
    endSeconds += seconds;
    var during = Duration.ofSeconds(seconds);
    steps.add(
        fromRate == toRate
            ? constantUsersPerSec(fromRate).during(during)
            : rampUsersPerSec(fromRate).to(toRate).during(during));
    return this;
  }

  OpenInjectionStep[] steps() {
    return steps.toArray(OpenInjectionStep[]::new);
  }

  /** When the user that starts now was due, never later than now. */
  long next(long nowNanos) {
    long offset = (long) (dueSeconds(started.getAndIncrement()) * 1e9);
    return epochNanos.accumulateAndGet(nowNanos - offset, Math::min) + offset;
  }

  /** When the user with this index, from 0, is due, in seconds after the first. */
  double dueSeconds(long index) {
    Phase at = null;
    for (Phase phase : phases) {
      if (at == null || phase.first <= index) {
        at = phase;
      }
    }
    return at == null ? 0 : at.dueSeconds(index);
  }
}
