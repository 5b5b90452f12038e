package dev.holdfast.watcher.service;

import dev.holdfast.service.ServiceOptions;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the watcher. */
final class WatchOptions implements ServiceOptions<WatchConfig> {
  private static final String ENV = "; default ${DEFAULT-VALUE}; env ";

  @Mixin private DatabaseOptions database;

  @Mixin private ReachOptions reach;

  @Option(
      names = "--location",
      paramLabel = "NAME",
      defaultValue = "${env:HOLDFAST_WATCH_LOCATION}",
      description =
          "the name of the place that it checks from; endpoints may name the locations that check"
              + " them"
              + ENV
              + "HOLDFAST_WATCH_LOCATION")
  private String location;

  @Option(
      names = "--in-flight-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_WATCH_IN_FLIGHT_MAX}",
      description =
          "checks that run at once; a further one waits a second and is skipped then"
              + ENV
              + "HOLDFAST_WATCH_IN_FLIGHT_MAX")
  private int inFlightMax;

  @Option(
      names = "--queue-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_WATCH_QUEUE_MAX}",
      description =
          "results that wait in memory for the database; then the oldest is dropped and counted"
              + ENV
              + "HOLDFAST_WATCH_QUEUE_MAX")
  private int queueMax;

  @Option(
      names = "--spool-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_WATCH_SPOOL_BYTES_MAX}",
      description =
          "results that wait on disk while the database takes none; then the oldest are dropped and"
              + " counted"
              + ENV
              + "HOLDFAST_WATCH_SPOOL_BYTES_MAX")
  private long spoolBytesMax;

  @Option(
      names = "--checks-days",
      paramLabel = "DAYS",
      defaultValue = "${env:HOLDFAST_WATCH_CHECKS_DAYS}",
      description = "how long checks are kept" + ENV + "HOLDFAST_WATCH_CHECKS_DAYS")
  private int checksDays;

  @Option(
      names = "--minutes-days",
      paramLabel = "DAYS",
      defaultValue = "${env:HOLDFAST_WATCH_MINUTES_DAYS}",
      description = "how long figures of 5 minutes are kept" + ENV + "HOLDFAST_WATCH_MINUTES_DAYS")
  private int minutesDays;

  @Option(
      names = "--hours-days",
      paramLabel = "DAYS",
      defaultValue = "${env:HOLDFAST_WATCH_HOURS_DAYS}",
      description = "how long figures of an hour are kept" + ENV + "HOLDFAST_WATCH_HOURS_DAYS")
  private int hoursDays;

  @Option(
      names = "--days-days",
      paramLabel = "DAYS",
      defaultValue = "${env:HOLDFAST_WATCH_DAYS_DAYS}",
      description = "how long figures of a day are kept" + ENV + "HOLDFAST_WATCH_DAYS_DAYS")
  private int daysDays;

  @Override
  public Optional<WatchConfig> defaults() {
    return Optional.of(WatchConfig.DEFAULT);
  }

  @Override
  public WatchConfig config() {
    return new WatchConfig(
        database.config(),
        reach.config(),
        location,
        inFlightMax,
        queueMax,
        spoolBytesMax,
        checksDays,
        minutesDays,
        hoursDays,
        daysDays);
  }
}
