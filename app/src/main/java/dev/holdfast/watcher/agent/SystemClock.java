package dev.holdfast.watcher.agent;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * The clocks of this machine.
 *
 * <p>A thread that loses its core between the two clocks would see a step of the wall clock that
 * never was. So the monotonic clock is read on both sides of the wall clock, and all again if too
 * much time lies between.
 */
public final class SystemClock implements Clock {
  private static final long APART_MAX_NANOS = 1_000_000;
  private static final int TRIES_MAX = 5;

  private final InstantSource wall;

  /**
   * @param wall the wall clock
   */
  public SystemClock(InstantSource wall) {
    this.wall = wall;
  }

  @Override
  public Moment now() {
    long before = System.nanoTime();
    Instant instant = wall.instant();
    long after = System.nanoTime();
    for (int tries = 1; after - before > APART_MAX_NANOS && tries < TRIES_MAX; tries++) {
      before = System.nanoTime();
      instant = wall.instant();
      after = System.nanoTime();
    }
    long micros =
        TimeUnit.SECONDS.toMicros(instant.getEpochSecond())
            + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    return new Moment(micros, after);
  }
}
