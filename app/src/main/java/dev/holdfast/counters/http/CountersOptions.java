package dev.holdfast.counters.http;

import dev.holdfast.disk.LogConfig.Ack;
import dev.holdfast.service.ServiceOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of an actor. */
final class CountersOptions implements ServiceOptions<CountersConfig> {
  private static final String ENV = "; default ${DEFAULT-VALUE}; env ";

  @Option(
      names = "--id",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_COUNTERS_ID}",
      description =
          "the number of this actor; its data is in the directory of this name in --data-dir. Give"
              + " each actor that shares a disk with others a number of its own"
              + ENV
              + "HOLDFAST_COUNTERS_ID")
  private int id;

  @Option(
      names = "--ack",
      paramLabel = "forced|written",
      defaultValue = "${env:HOLDFAST_COUNTERS_ACK}",
      description =
          "when an increment is acknowledged: when it is forced to the disk, or already when it is"
              + " written, which outlives a kill but not a power failure"
              + ENV
              + "HOLDFAST_COUNTERS_ACK")
  private Ack ack;

  @Option(
      names = "--read-deadline-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_COUNTERS_READ_DEADLINE_MS}",
      description =
          "when a consistent read gives up, and is answered 503"
              + ENV
              + "HOLDFAST_COUNTERS_READ_DEADLINE_MS")
  private int readDeadlineMs;

  @Option(
      names = "--keys-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_COUNTERS_KEYS_MAX}",
      description =
          "keys of requests (Idempotency-Key) that are remembered; the oldest is forgotten"
              + ENV
              + "HOLDFAST_COUNTERS_KEYS_MAX")
  private int keysMax;

  @Option(
      names = "--key-age-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_COUNTERS_KEY_AGE_MS}",
      description = "how long a key is remembered at most" + ENV + "HOLDFAST_COUNTERS_KEY_AGE_MS")
  private long keyAgeMs;

  @Option(
      names = "--slots-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_COUNTERS_SLOTS_MAX}",
      description =
          "slots in the whole cluster, one for each life of a process that has counted; from there"
              + " on an actor that starts answers increments 503"
              + ENV
              + "HOLDFAST_COUNTERS_SLOTS_MAX")
  private int slotsMax;

  @Option(
      names = "--force-spacing-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_COUNTERS_FORCE_SPACING_MS}",
      description =
          "from the begin of a force of the disk to the next while many increments come; they share"
              + " the force"
              + ENV
              + "HOLDFAST_COUNTERS_FORCE_SPACING_MS")
  private int forceSpacingMs;

  @Option(
      names = "--set-aside",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_COUNTERS_SET_ASIDE}",
      description =
          "let a start that finds a damaged file keep it beside and go on with what is intact;"
              + " acknowledged increments may be missing until others bring them"
              + ENV
              + "HOLDFAST_COUNTERS_SET_ASIDE")
  private boolean setAside;

  @Option(
      names = "--shared-directories",
      paramLabel = "BOOLEAN",
      arity = "1",
      defaultValue = "${env:HOLDFAST_COUNTERS_SHARED_DIRECTORIES}",
      description =
          "say that the directories of all actors are on one file system: then a consistent read"
              + " reads what a dead actor has left there, and does not wait for it to come back"
              + ENV
              + "HOLDFAST_COUNTERS_SHARED_DIRECTORIES")
  private boolean sharedDirectories;

  @Option(
      names = "--fallback-dirs",
      paramLabel = "DIR",
      split = ",",
      defaultValue = "${env:HOLDFAST_COUNTERS_FALLBACK_DIRS:-}",
      description =
          "directories to use in place of --data-dir, comma separated: the first one where this"
              + " actor has data, or else the first one that can be written; default none; env"
              + " HOLDFAST_COUNTERS_FALLBACK_DIRS")
  private List<String> fallbackDirs;

  @Override
  public Optional<CountersConfig> defaults() {
    return Optional.of(CountersConfig.DEFAULT);
  }

  @Override
  public CountersConfig config() {
    return new CountersConfig(
        id,
        ack,
        readDeadlineMs,
        keysMax,
        keyAgeMs,
        slotsMax,
        forceSpacingMs,
        setAside,
        sharedDirectories,
        fallbackDirs.stream().filter(dir -> !dir.isBlank()).map(Path::of).toList());
  }
}
