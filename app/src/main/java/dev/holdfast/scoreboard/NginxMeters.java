package dev.holdfast.scoreboard;

import dev.holdfast.metrics.Buckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The meters of nginx's access log. All series are there from the start, at zero, so that an alert
 * sees the first 5xx, too. No label has a value that clients choose, so there are never more
 * series.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class NginxMeters {
  private static final String OTHER = "other";
  private static final List<String> METHODS =
      List.of("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", OTHER);
  private static final List<String> CLASSES = List.of("2xx", "3xx", "4xx", "5xx", OTHER, "gave_up");

  /** The labels of the counters of requests. */
  private record Answered(String method, String statusClass, String servedBy) {}

  private final Map<Answered, Counter> requests = new HashMap<>();
  private final Map<String, Timer> durations = new HashMap<>();
  private final Map<String, Counter> sentBytes = new HashMap<>();
  private final Counter invalidLines;
  private final Counter readFailures;
  private final AtomicLong newestSecond = new AtomicLong();

  NginxMeters(MeterRegistry registry, List<String> servers) {
    for (String server : servers) {
      durations.put(server, durations(registry, server));
      sentBytes.put(
          server,
          Counter.builder("holdfast.nginx.sent.bytes")
              .description("Bytes of the answers that nginx sent, with their headers.")
              .tag("served_by", server)
              .register(registry));
      for (String method : METHODS) {
        for (String statusClass : CLASSES) {
          var answered = new Answered(method, statusClass, server);
          requests.put(answered, requests(registry, answered));
        }
      }
    }
    this.invalidLines =
        Counter.builder("holdfast.nginx.log.invalid.lines")
            .description("Lines of nginx's access log that are not in its format.")
            .register(registry);
    this.readFailures =
        Counter.builder("holdfast.nginx.log.read.failures")
            .description(
                "How often nginx's access log could not be read; it is tried again after a second.")
            .register(registry);
    Gauge.builder("holdfast.nginx.log.newest.entry.timestamp.seconds", newestSecond::get)
        .description(
            "When the newest request that nginx logged ended, in seconds since 1970; "
                + "0 before the first one.")
        .strongReference(true)
        .register(registry);
  }

  private static Timer durations(MeterRegistry registry, String server) {
    return Timer.builder("holdfast.nginx.request.duration")
        .description(
            "How long the requests that nginx logged took: its $request_time, in "
                + "whole milliseconds, from the first byte of the request to the last of "
                + "the answer.")
        .tag("served_by", server)
        .serviceLevelObjectives(Buckets.DURATIONS)
        .register(registry);
  }

  private static Counter requests(MeterRegistry registry, Answered answered) {
    return Counter.builder("holdfast.nginx.requests")
        .description("Requests that nginx logged.")
        .tag("method", answered.method())
        .tag("status_class", answered.statusClass())
        .tag("served_by", answered.servedBy())
        .register(registry);
  }

  /**
   * Counts a request of the log.
   *
   * @param second when it ended, in seconds since 1970
   * @param method as the client wrote it
   * @param statusClass {@code 2xx} to {@code 5xx}, {@code other}; or {@code gave_up} for a request
   *     whose client gave up
   * @param servedBy one of the values that the constructor was given
   * @param durationMs how long it took, in milliseconds
   */
  void request(
      long second,
      String method,
      String statusClass,
      String servedBy,
      long bytesSent,
      long durationMs) {
    String known = METHODS.contains(method) ? method : OTHER;
    requests.get(new Answered(known, statusClass, servedBy)).increment();
    durations.get(servedBy).record(durationMs, TimeUnit.MILLISECONDS);
    sentBytes.get(servedBy).increment((double) bytesSent);
    newestSecond.accumulateAndGet(second, Math::max);
  }

  /** Counts a line that is not one of an access log. */
  void invalidLine() {
    invalidLines.increment();
  }

  /** Counts a failure to read the log. */
  void readFailure() {
    readFailures.increment();
  }
}
