package dev.holdfast.scoreboard;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;

/**
 * The figures of a log. In JSON the names of its components are snake_case.
 *
 * @param first when the first request ended, in UTC to the second; null without any request
 * @param last when the last request ended
 * @param durationSeconds seconds from the first to the last, both counted; null if the lines are
 *     out of order
 * @param statuses requests by the class of their status: 2xx to 5xx, other; gave_up for those whose
 *     clients gave up, whatever their status but 5xx
 * @param gaveUp the progress of the clients that gave up
 * @param viaProxy requests whose connections came from the address of Docker's proxy
 * @param successPerSecondMean successful requests (2xx) a second over the whole time; null if the
 *     lines are out of order, as are the next two
 * @param successPerSecondSustained the highest mean of ten seconds in a row
 * @param successPerSecondMax the most successful requests in one second
 * @param latency the latency of all requests, from the first byte of the request to the last of the
 *     answer
 * @param bytesSent bytes of the answers with their headers
 * @param servedBy requests by the part that answered: nginx, sidecar, origin
 * @param slowest the names with the slowest requests
 * @param busiest the names with the most requests
 * @param garbageLines lines that are not of an access log
 * @param outOfOrder where the lines got out of order; null if they did not
 * @param courseStepSeconds the length of a point of the course, in seconds
 * @param course the log over its time; empty if the lines are out of order
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Summary(
    String first,
    String last,
    Long durationSeconds,
    long requests,
    Map<String, Long> statuses,
    GaveUp gaveUp,
    long viaProxy,
    Double successPerSecondMean,
    Double successPerSecondSustained,
    Long successPerSecondMax,
    Latency latency,
    long bytesSent,
    Map<String, Server> servedBy,
    List<Slow> slowest,
    List<BusiestNames.Busy> busiest,
    long garbageLines,
    LogOrder.Break outOfOrder,
    long courseStepSeconds,
    List<Point> course) {

  /** Percentiles and the longest, in milliseconds. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Latency(long p50Ms, long p95Ms, long p99Ms, long maxMs) {}

  /**
   * Clients that gave up.
   *
   * @param byStage sending, waiting, receiving
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record GaveUp(long requests, Map<String, Stage> byStage) {}

  /**
   * Clients that gave up at one stage.
   *
   * @param bytes the bytes of their requests that had come, or of their answers that had been sent
   * @param percentP50 the part of the whole that half of them did not exceed, 0 to 100; null if it
   *     is not known of any
   * @param percentMax the part of the client that had come farthest
   * @param after how long after the first byte of their requests
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Stage(long requests, long bytes, Integer percentP50, Integer percentMax, Latency after) {}

  /** Requests that one part has answered. */
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
   * @param meanMs null if there was no request; since nginx logs whole milliseconds, only a mean
   *     shows parts of one
   * @param p50Ms null if there was no request
   * @param p99Ms null if there was no request
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Point(
      long second,
      double successPerSecond,
      double clientErrorsPerSecond,
      double serverErrorsPerSecond,
      double gaveUpPerSecond,
      Double meanMs,
      Long p50Ms,
      Long p99Ms) {}
}
