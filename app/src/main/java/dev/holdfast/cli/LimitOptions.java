package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.files.FilesConfig;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a sidecar's bounds, for all commands that start one. */
final class LimitOptions implements RecordDefaults.Source {
  private static final String ENV = "; default ${DEFAULT-VALUE}; env ";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "${env:HOLDFAST_MODE}",
      description =
          "when a write is acknowledged: 'behind', when it is on our disk, or 'through', when the"
              + " file server has confirmed it"
              + ENV
              + "HOLDFAST_MODE")
  private FilesConfig.Mode mode;

  @Option(
      names = "--body-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_BODY_BYTES_MAX}",
      description =
          "the longest file; a longer one is answered 413" + ENV + "HOLDFAST_BODY_BYTES_MAX")
  private long bodyBytesMax;

  @Option(
      names = "--put-existing-status",
      paramLabel = "STATUS",
      defaultValue = "${env:HOLDFAST_PUT_EXISTING_STATUS}",
      description =
          "the answer to a PUT of a file that exists: 201, as the file server does; or 200 or 204,"
              + " for which the file server is asked about an unknown file"
              + ENV
              + "HOLDFAST_PUT_EXISTING_STATUS")
  private int putExistingStatus;

  @Option(
      names = "--answer-within-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_ANSWER_WITHIN_MS}",
      description =
          "how long a request waits for a silent file server before it is answered 503"
              + ENV
              + "HOLDFAST_ANSWER_WITHIN_MS")
  private long answerWithinMs;

  @Option(
      names = "--fetches-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_FETCHES_MAX}",
      description =
          "files that are fetched or wait for it at once; one more is answered 503"
              + ENV
              + "HOLDFAST_FETCHES_MAX")
  private int fetchesMax;

  @Option(
      names = "--known-entries-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_KNOWN_ENTRIES_MAX}",
      description =
          "names of which something is remembered in memory" + ENV + "HOLDFAST_KNOWN_ENTRIES_MAX")
  private int knownEntriesMax;

  @Option(
      names = "--absent-ttl-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_ABSENT_TTL_MS}",
      description =
          "how long the file server's word that a file does not exist is believed"
              + ENV
              + "HOLDFAST_ABSENT_TTL_MS")
  private long absentTtlMs;

  @Option(
      names = "--clean-ttl-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_CLEAN_TTL_MS}",
      description =
          "how long a file that the file server has is served from here before it is fetched"
              + " again; 0 is for ever, right if nobody else writes to the file server"
              + ENV
              + "HOLDFAST_CLEAN_TTL_MS")
  private long cleanTtlMs;

  @Option(
      names = "--retry-first-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_RETRY_FIRST_MS}",
      description =
          "the first wait before a failed request to the file server is repeated; waits double"
              + ENV
              + "HOLDFAST_RETRY_FIRST_MS")
  private long retryFirstMs;

  @Option(
      names = "--retry-max-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_RETRY_MAX_MS}",
      description = "the longest such wait" + ENV + "HOLDFAST_RETRY_MAX_MS")
  private long retryMaxMs;

  @Option(
      names = "--stop-settle-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_STOP_SETTLE_MS}",
      description =
          "how long pending writes are still brought to the file server when a sidecar stops"
              + ENV
              + "HOLDFAST_STOP_SETTLE_MS")
  private long stopSettleMs;

  @Option(
      names = "--incoming-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_INCOMING_BYTES_MAX}",
      description =
          "bytes of bodies that clients are sending; at the bound a body waits, then is answered"
              + " 503"
              + ENV
              + "HOLDFAST_INCOMING_BYTES_MAX")
  private long incomingBytesMax;

  @Option(
      names = "--pending-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_PENDING_BYTES_MAX}",
      description =
          "bytes of writes that wait to reach the file server; at the bound a write waits, then is"
              + " answered 503"
              + ENV
              + "HOLDFAST_PENDING_BYTES_MAX")
  private long pendingBytesMax;

  @Option(
      names = "--pending-count-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_PENDING_COUNT_MAX}",
      description = "the same in writes" + ENV + "HOLDFAST_PENDING_COUNT_MAX")
  private int pendingCountMax;

  @Option(
      names = "--room-wait-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_ROOM_WAIT_MS}",
      description = "how long a write waits for room" + ENV + "HOLDFAST_ROOM_WAIT_MS")
  private long roomWaitMs;

  @Option(
      names = "--disk-free-bytes-min",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_DISK_FREE_BYTES_MIN}",
      description =
          "bytes that stay free on the staging volume; below it writes are answered 503"
              + ENV
              + "HOLDFAST_DISK_FREE_BYTES_MIN")
  private long diskFreeBytesMin;

  @Option(
      names = "--published-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_PUBLISHED_BYTES_MAX}",
      description =
          "bytes of published files that the file server has too; above it the oldest go cold"
              + ENV
              + "HOLDFAST_PUBLISHED_BYTES_MAX")
  private long publishedBytesMax;

  @Option(
      names = "--published-files-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_PUBLISHED_FILES_MAX}",
      description = "the same in files" + ENV + "HOLDFAST_PUBLISHED_FILES_MAX")
  private int publishedFilesMax;

  @Option(
      names = "--cold-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_COLD_BYTES_MAX}",
      description =
          "bytes of cold files; above it the oldest are removed" + ENV + "HOLDFAST_COLD_BYTES_MAX")
  private long coldBytesMax;

  @Option(
      names = "--cold-files-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_COLD_FILES_MAX}",
      description = "the same in files" + ENV + "HOLDFAST_COLD_FILES_MAX")
  private int coldFilesMax;

  @Option(
      names = "--log-bytes-max",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_LOG_BYTES_MAX}",
      description =
          "bytes of the log that makes short writes durable together; beyond it, and with 0 all of"
              + " them, they are forced one by one"
              + ENV
              + "HOLDFAST_LOG_BYTES_MAX")
  private long logBytesMax;

  @Mixin private KeepingOptions keeping;

  @Option(
      names = "--connections-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_CONNECTIONS_MAX}",
      description =
          "requests in progress at a file server at once, abandoned ones included"
              + ENV
              + "HOLDFAST_CONNECTIONS_MAX")
  private int connectionsMax;

  @Option(
      names = "--writes-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_WRITES_MAX}",
      description =
          "how many of them may be writes; the rest is always left to reads"
              + ENV
              + "HOLDFAST_WRITES_MAX")
  private int writesMax;

  @Option(
      names = "--writes-min",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_WRITES_MIN}",
      description =
          "how many of them writes have whenever they want them, however many reads wait"
              + ENV
              + "HOLDFAST_WRITES_MIN")
  private int writesMin;

  @Option(
      names = "--connect-timeout-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_CONNECT_TIMEOUT_MS}",
      description = "to connect to a file server" + ENV + "HOLDFAST_CONNECT_TIMEOUT_MS")
  private long connectTimeoutMs;

  @Option(
      names = "--silence-max-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_SILENCE_MAX_MS}",
      description =
          "how long a file server may be silent before a connection to it is closed and its"
              + " place given to another request"
              + ENV
              + "HOLDFAST_SILENCE_MAX_MS")
  private long silenceMaxMs;

  @Option(
      names = "--bytes-per-second-min",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_BYTES_PER_SECOND_MIN}",
      description =
          "the slowest transfer to or from a file server that is not given up"
              + ENV
              + "HOLDFAST_BYTES_PER_SECOND_MIN")
  private long bytesPerSecondMin;

  @Option(
      names = "--linger-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_LINGER_MS}",
      description =
          "how long a request that got no answer is taken to go on at the file server"
              + ENV
              + "HOLDFAST_LINGER_MS")
  private long lingerMs;

  @Override
  public Map<String, String> defaults() {
    return RecordDefaults.of(
        Map.of(),
        FilesConfig.DEFAULT,
        StagingLimits.DEFAULT,
        OriginConfig.of(URI.create("http://127.0.0.1")));
  }

  FilesConfig files() throws BadOptionException {
    return checked(
        () ->
            new FilesConfig(
                mode,
                bodyBytesMax,
                answerWithinMs,
                fetchesMax,
                knownEntriesMax,
                absentTtlMs,
                cleanTtlMs,
                retryFirstMs,
                retryMaxMs,
                stopSettleMs,
                putExistingStatus));
  }

  StagingLimits staging() throws BadOptionException {
    Keeping keeping = this.keeping.keeping();
    return checked(
        () ->
            new StagingLimits(
                incomingBytesMax,
                pendingBytesMax,
                pendingCountMax,
                roomWaitMs,
                diskFreeBytesMin,
                publishedBytesMax,
                publishedFilesMax,
                coldBytesMax,
                coldFilesMax,
                logBytesMax,
                keeping));
  }

  /**
   * Returns the configuration of one origin.
   *
   * @param option the option that names its address
   */
  OriginConfig origin(URI base, String option) throws BadOptionException {
    return checked(() -> unchecked(base), Map.of("base", option));
  }

  /**
   * Returns a function from the address of an origin to its configuration. The bounds are checked
   * before.
   */
  Function<URI, OriginConfig> origins() throws BadOptionException {
    checked(() -> unchecked(URI.create("http://127.0.0.1")));
    return this::unchecked;
  }

  private OriginConfig unchecked(URI base) {
    return new OriginConfig(
        base,
        connectionsMax,
        writesMax,
        writesMin,
        connectTimeoutMs,
        silenceMaxMs,
        bytesPerSecondMin,
        lingerMs,
        bodyBytesMax);
  }
}
