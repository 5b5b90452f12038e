package dev.holdfast.watcher.service;

import dev.holdfast.bounds.Bounds;
import dev.holdfast.watcher.agent.AgentConfig;
import dev.holdfast.watcher.store.DatabaseConfig;
import dev.holdfast.watcher.store.Retention;
import dev.holdfast.watcher.store.WriterConfig;
import java.util.regex.Pattern;

/**
 * The configuration of a watcher that runs as a process.
 *
 * @param database how the database is reached
 * @param reach what may be reached, and how names are resolved
 * @param location the name of the place that it checks from: 1 to 40 lower-case letters, digits and
 *     dashes
 * @param inFlightMax how many checks run at once, 1 to {@value #IN_FLIGHT_LIMIT}
 * @param queueMax how many results wait in memory for the database, 1 to {@value #QUEUE_LIMIT}
 * @param spoolBytesMax the bytes of results that wait on disk, 0 or more
 * @param checksDays how long checks are kept, in days, 1 to {@value #DAYS_LIMIT}
 * @param minutesDays how long figures of 5 minutes are kept, in days, checksDays to {@value
 *     #DAYS_LIMIT}
 * @param hoursDays how long figures of an hour are kept, in days, minutesDays to {@value
 *     #DAYS_LIMIT}
 * @param daysDays how long figures of a day are kept, in days, hoursDays to {@value #DAYS_LIMIT}
 */
public record WatchConfig(
    DatabaseConfig database,
    ReachConfig reach,
    String location,
    int inFlightMax,
    int queueMax,
    long spoolBytesMax,
    int checksDays,
    int minutesDays,
    int hoursDays,
    int daysDays) {

  /** The highest {@code inFlightMax}. */
  public static final int IN_FLIGHT_LIMIT = 50_000;

  /** The highest {@code queueMax}. */
  public static final int QUEUE_LIMIT = 1_000_000;

  /** The longest retention, in days. */
  public static final int DAYS_LIMIT = 36_500;

  private static final Pattern LOCATION = Pattern.compile("[a-z0-9-]{1,40}");

  public static final WatchConfig DEFAULT =
      new WatchConfig(
          DatabaseConfig.of(DatabaseOptions.URL, DatabaseOptions.USER, ""),
          ReachConfig.DEFAULT,
          "main",
          AgentConfig.DEFAULT.inFlightMax(),
          WriterConfig.DEFAULT.queueMax(),
          WriterConfig.DEFAULT.spoolBytesMax(),
          Retention.DEFAULT.checksDays(),
          Retention.DEFAULT.minutes5Days(),
          Retention.DEFAULT.hoursDays(),
          Retention.DEFAULT.daysDays());

  public WatchConfig {
    if (!LOCATION.matcher(location).matches()) {
      throw new IllegalArgumentException(
          "location must be 1 to 40 lower-case letters, digits and dashes, not " + location);
    }
    Bounds.within("inFlightMax", inFlightMax, 1, IN_FLIGHT_LIMIT);
    Bounds.within("queueMax", queueMax, 1, QUEUE_LIMIT);
    Bounds.orMore("spoolBytesMax", spoolBytesMax, 0);
    Bounds.within("checksDays", checksDays, 1, DAYS_LIMIT);
    Bounds.within("minutesDays", minutesDays, 1, DAYS_LIMIT);
    Bounds.within("hoursDays", hoursDays, 1, DAYS_LIMIT);
    Bounds.within("daysDays", daysDays, 1, DAYS_LIMIT);
    requireAsLong("minutesDays", minutesDays, "--checks-days", checksDays);
    requireAsLong("hoursDays", hoursDays, "--minutes-days", minutesDays);
    requireAsLong("daysDays", daysDays, "--hours-days", hoursDays);
  }

  /**
   * A row that comes late has its figures made anew from the finer ones, which have to be there.
   */
  private static void requireAsLong(String component, int days, String finer, int least) {
    if (days < least) {
      throw new IllegalArgumentException(
          component + " must be as long as " + finer + " at least, " + least + ", not " + days);
    }
  }

  /** Returns the bounds of the agent. */
  AgentConfig agent() {
    AgentConfig usual = AgentConfig.DEFAULT;
    return new AgentConfig(
        inFlightMax,
        usual.lateMaxMs(),
        usual.stallMs(),
        usual.clockStepMs(),
        usual.gapMs(),
        usual.lagMaxMs(),
        usual.againMs(),
        usual.againInRowMax(),
        usual.againWaitingMax(),
        usual.overdueMs(),
        usual.warmUpChecks(),
        usual.warmUpMaxMs());
  }

  /** Returns the bounds of the way of results. */
  WriterConfig writer() {
    WriterConfig usual = WriterConfig.DEFAULT;
    return new WriterConfig(
        queueMax,
        Math.min(usual.spoolFrom(), queueMax),
        usual.batchRows(),
        usual.batchMs(),
        spoolBytesMax,
        usual.retryMs(),
        checksDays);
  }

  /** Returns how long rows are kept. */
  Retention retention() {
    return new Retention(checksDays, minutesDays, hoursDays, daysDays);
  }
}
