package dev.holdfast.files;

import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.WriteAheadLog;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work that is done again and again: letting go of kept writes, and removing expired files. A
 * sweep that fails is logged; the next one tries again.
 *
 * <p>Threading: each kind of sweep has a thread, so that none waits for another one, which may have
 * much to do. Closing interrupts the sweeps that run, if they go on for long.
 */
final class Sweeps implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeps.class);

  /**
   * How often kept writes are looked at: in a twentieth of their time, and each second at least.
   */
  private static final int SWEEPS_PER_KEEPING = 20;

  private static final long KEEPING_SWEEP_MS_MAX = 1_000;

  /** How often expired files are looked for: in a tenth of their time. */
  private static final int SWEEPS_PER_TTL = 10;

  /** Kept writes, expired files, links of absences, records of the log. */
  private static final int KINDS = 4;

  private static final long LOG_SWEEP_MS = 500;

  private final ScheduledExecutorService sweeper =
      Executors.newScheduledThreadPool(
          KINDS, Thread.ofPlatform().name("sweeper-", 0).daemon().factory());

  /** How often absences are looked at: the most that a link outlasts one. */
  private static final long ABSENCE_SWEEP_MS_MAX = 1_000;

  /** One run of the work. */
  private interface Sweep {
    void run() throws IOException;
  }

  /**
   * Has the keeper let go of kept writes.
   *
   * @param keepingMs how long a write is kept, in milliseconds, more than 0
   */
  void letGoOfKept(Keeper keeper, long keepingMs) {
    repeat(
        Math.clamp(keepingMs / SWEEPS_PER_KEEPING, 1, KEEPING_SWEEP_MS_MAX),
        keeper::sweep,
        "cannot let go of what is kept; trying again");
  }

  /**
   * Removes published files that expired.
   *
   * @param ttlMs their age then, in milliseconds, more than 0
   */
  void expire(StagingStore store, long ttlMs) {
    repeat(
        Math.max(1, ttlMs / SWEEPS_PER_TTL),
        () -> store.expireOlderThan(ttlMs),
        "cannot remove expired files; trying again");
  }

  /**
   * Takes the links of absences that are not believed any more.
   *
   * @param ttlMs how long they are believed, in milliseconds, more than 0
   */
  void unlinkForgotten(Shelf shelf, long ttlMs) {
    repeat(
        Math.clamp(ttlMs / SWEEPS_PER_TTL, 1, ABSENCE_SWEEP_MS_MAX),
        shelf::unlinkForgotten,
        "cannot remove a link of an absent file; trying again");
  }

  /** Has the write-ahead log let its records go. */
  void dropRecords(WriteAheadLog writeAhead) {
    repeat(LOG_SWEEP_MS, writeAhead::sweep, "cannot force the files of the log; trying again");
  }

  private void repeat(long everyMs, Sweep sweep, String whenItFails) {
    ScheduledFuture<?> _ =
        sweeper.scheduleWithFixedDelay(
            () -> {
              try {
                sweep.run();
              } catch (IOException | RuntimeException | Error e) { // or it would be the last one
                log.error(whenItFails, e);
              }
            },
            everyMs,
            everyMs,
            TimeUnit.MILLISECONDS);
  }

  /** Ends when the sweeps that are under way have ended. */
  @Override
  public void close() {
    sweeper.shutdown();
    Threads.end(sweeper);
  }
}
