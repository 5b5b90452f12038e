package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;

/**
 * The figures of a log; in JSON its components are snake_case.
 *
 * @param first when the first request ended, in UTC to the second; null without any
 * @param last when the last one did
 * @param durationSeconds seconds from the first to the last, both counted
 * @param statuses requests by the class of their status: 2xx to 5xx, other
 * @param successPerSecondMean successful requests (2xx) a second over the whole time
 * @param successPerSecondSustained the highest mean of ten seconds in a row
 * @param successPerSecondMax the most in one second
 * @param latency of all requests, from the first byte of the request to the last of the answer
 * @param bytesSent bytes of the answers with their headers
 * @param servedBy who answered: nginx, sidecar, origin
 * @param slowest the names with the slowest requests
 * @param busiest the names with the most requests
 * @param garbageLines lines that are none of an access log
 * @param courseStepSeconds how long a point of the course is
 * @param course the log over its time
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Summary(
    String first,
    String last,
    long durationSeconds,
    long requests,
    Map<String, Long> statuses,
    double successPerSecondMean,
    double successPerSecondSustained,
    long successPerSecondMax,
    Latency latency,
    long bytesSent,
    Map<String, Server> servedBy,
    List<Slow> slowest,
    List<BusiestNames.Busy> busiest,
    long garbageLines,
    long courseStepSeconds,
    List<Point> course) {

  /** Percentiles and the longest, in milliseconds. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Latency(long p50Ms, long p95Ms, long p99Ms, long maxMs) {}

  /** What one of those who answer has answered. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Server(long requests, Latency latency) {}

  /** The slowest request of a name. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Slow(
      String name, long durationMs, String method, int status, String servedBy, String time) {}

  /**
   * A stretch of time.
   *
   * @param second when it begins, in seconds since 1970
   * @param p50Ms null if there was no request
   * @param p99Ms null if there was no request
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Point(
      long second,
      double successPerSecond,
      double clientErrorsPerSecond,
      double serverErrorsPerSecond,
      Long p50Ms,
      Long p99Ms) {}
}
