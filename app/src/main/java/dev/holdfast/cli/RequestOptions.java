package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.http.BodyPace;
import dev.holdfast.http.HttpLimits;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of the bounds of requests to a sidecar, for all commands that start one. */
final class RequestOptions implements RecordDefaults.Source {
  private static final Map<String, String> LIMITS =
      Map.of(
          "connectionsMax", "--http-connections-max",
          "requestsMax", "--http-requests-max",
          "uploadsMax", "--http-uploads-max",
          "waitingMax", "--http-waiting-max");
  private static final Map<String, String> PACE =
      Map.of("bytesPerSecondMin", "--body-bytes-per-second-min", "graceMs", "--body-grace-ms");
  private static final String ENV = "; default ${DEFAULT-VALUE}; env ";

  @Option(
      names = "--http-connections-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_HTTP_CONNECTIONS_MAX}",
      description =
          "connections of clients, such as nginx, at once; further ones wait"
              + ENV
              + "HOLDFAST_HTTP_CONNECTIONS_MAX")
  private int httpConnectionsMax;

  @Option(
      names = "--http-requests-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_HTTP_REQUESTS_MAX}",
      description =
          "requests in progress in a sidecar that neither send a body nor wait for others;"
              + " further ones wait five seconds for a place, then are answered 503"
              + ENV
              + "HOLDFAST_HTTP_REQUESTS_MAX")
  private int httpRequestsMax;

  @Option(
      names = "--http-uploads-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_HTTP_UPLOADS_MAX}",
      description =
          "PUT, POST and DELETE in progress in a sidecar; further ones wait five seconds for a"
              + " place, then are answered 503"
              + ENV
              + "HOLDFAST_HTTP_UPLOADS_MAX")
  private int uploadsMax;

  @Option(
      names = "--http-waiting-max",
      paramLabel = "N",
      defaultValue = "${env:HOLDFAST_HTTP_WAITING_MAX}",
      description =
          "requests that wait for another process or the disk; one more is answered 503"
              + ENV
              + "HOLDFAST_HTTP_WAITING_MAX")
  private int waitingMax;

  @Option(
      names = "--body-bytes-per-second-min",
      paramLabel = "BYTES",
      defaultValue = "${env:HOLDFAST_BODY_BYTES_PER_SECOND_MIN}",
      description =
          "the slowest body that is taken from a client; a slower one is answered 408, with 0 none"
              + ENV
              + "HOLDFAST_BODY_BYTES_PER_SECOND_MIN")
  private long bodyBytesPerSecondMin;

  @Option(
      names = "--body-grace-ms",
      paramLabel = "MS",
      defaultValue = "${env:HOLDFAST_BODY_GRACE_MS}",
      description =
          "how long a body may be waited for beyond that, in all" + ENV + "HOLDFAST_BODY_GRACE_MS")
  private long bodyGraceMs;

  @Override
  public Map<String, String> defaults() {
    var defaults = RecordDefaults.of(LIMITS, HttpLimits.DEFAULT);
    defaults.putAll(RecordDefaults.of(PACE, HttpLimits.DEFAULT.bodyPace()));
    return defaults;
  }

  HttpLimits http() throws BadOptionException {
    BodyPace pace = checked(() -> new BodyPace(bodyBytesPerSecondMin, bodyGraceMs), PACE);
    return checked(
        () ->
            HttpLimits.DEFAULT
                .withConnectionsMax(httpConnectionsMax)
                .withRequestsMax(httpRequestsMax)
                .withUploadsMax(uploadsMax)
                .withWaitingMax(waitingMax)
                .withBodyPace(pace),
        LIMITS);
  }
}
