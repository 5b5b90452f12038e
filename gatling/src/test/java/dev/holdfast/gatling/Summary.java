package dev.holdfast.gatling;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The result of a run: the keys of Vegeta's JSON report, with its meanings (durations in
 * nanoseconds, status 0 for no answer), and ours.
 *
 * @param broken the bounds that the run broke; none if it is a success
 */
record Summary(Map<String, Object> keys, List<String> broken) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The largest share of late requests, among those that the rate set the time of, with which a run
   * has kept its rate.
   */
  private static final double LATE_SHARE_MAX = 0.01;

  /**
   * The bounds that a run has to keep.
   *
   * @param mayFail true if requests may fail, with a 5xx or otherwise; invalid data is never
   *     allowed
   * @param p99Millis the bound of the 99th percentile of each kind of request, in milliseconds; 0
   *     for none
   */
  record Bounds(boolean mayFail, long p99Millis) {}

  /**
   * @param wallClock the time of day at a {@link System#nanoTime} of 0
   */
  static Summary of(
      String simulation, Recorder recorder, Generator generator, Bounds bounds, Instant wallClock) {
    var keys = new LinkedHashMap<String, Object>();
    keys.put("simulation", simulation);
    vegeta(keys, recorder, wallClock);
    keys.put("invalid_data", recorder.invalid.sum());
    keys.put("checked", recorder.checked.sum());
    keys.put("rate_max", recorder.successesPerSecondMax());
    keys.put("rate_max_before_failure", recorder.successesPerSecondMaxBeforeFailure());
    keys.put("by_request", byRequest(recorder));
    keys.put("generator", generator(recorder, generator));
    List<String> broken = broken(recorder, bounds);
    keys.put("broken", broken);
    return new Summary(keys, broken);
  }

  /** Writes the summary as JSON. A reader finds a whole file or none. */
  void writeTo(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + ".part");
    JSON.writeValue(part.toFile(), keys);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns true if the requests were sent when they were due. */
  static boolean keptRate(Recorder recorder) {
    return recorder.late.sum() <= recorder.scheduled.sum() * LATE_SHARE_MAX;
  }

  private static void vegeta(Map<String, Object> keys, Recorder recorder, Instant wallClock) {
    long requests = recorder.all.requests.sum();
    long successes = requests - recorder.all.failed.sum();
    long earliest = requests == 0 ? 0 : recorder.firstDue.get();
    long latest = requests == 0 ? 0 : recorder.lastStart.get();
    long end = requests == 0 ? 0 : recorder.end.get();
    keys.put("latencies", recorder.all.latencies.summary());
    keys.put("bytes_in", bytes(recorder.bytesIn.sum(), requests));
    keys.put("bytes_out", bytes(recorder.bytesOut.sum(), requests));
    keys.put("earliest", requests == 0 ? null : wallClock.plusNanos(earliest).toString());
    keys.put("latest", requests == 0 ? null : wallClock.plusNanos(latest).toString());
    keys.put("end", requests == 0 ? null : wallClock.plusNanos(end).toString());
    keys.put("duration", latest - earliest);
    keys.put("wait", end - latest);
    keys.put("requests", requests);
    keys.put("rate", perSecond(requests, latest - earliest));
    keys.put("throughput", perSecond(successes, end - earliest));
    keys.put("success", successes / (double) Math.max(1, requests));
    keys.put("status_codes", recorder.statusCodes());
    keys.put("errors", new ArrayList<>(recorder.errors().keySet()));
  }

  private static Map<String, Object> bytes(long total, long requests) {
    var keys = new LinkedHashMap<String, Object>();
    keys.put("total", total);
    keys.put("mean", total / (double) Math.max(1, requests));
    return keys;
  }

  private static double perSecond(long count, long nanos) {
    return count / Math.max(nanos / 1e9, 1e-9);
  }

  private static Map<String, Object> byRequest(Recorder recorder) {
    var requests = new LinkedHashMap<String, Object>();
    recorder.byRequest.forEach(
        (request, figures) -> {
          var keys = new LinkedHashMap<String, Object>();
          keys.put("requests", figures.requests.sum());
          keys.put("failed", figures.failed.sum());
          keys.put("latencies", figures.latencies.summary());
          requests.put(request, keys);
        });
    return requests;
  }

  private static Map<String, Object> generator(Recorder recorder, Generator generator) {
    var keys = new LinkedHashMap<String, Object>();
    keys.put("cpu_share", generator.cpuShare());
    keys.put("cores", generator.cores());
    keys.put("scheduled", recorder.scheduled.sum());
    keys.put("late", recorder.late.sum());
    keys.put("late_99th", recorder.lateness.percentile(99));
    keys.put("late_max", recorder.lateness.max());
    keys.put("kept_rate", keptRate(recorder));
    return keys;
  }

  private static List<String> broken(Recorder recorder, Bounds bounds) {
    var broken = new ArrayList<String>();
    if (recorder.all.requests.sum() == 0) {
      broken.add("not one request was sent");
    }
    if (recorder.invalid.sum() > 0) {
      broken.add("invalid data: " + recorder.invalid.sum());
    }
    if (!bounds.mayFail && recorder.serverErrors.sum() > 0) {
      broken.add("answers with a 5xx: " + recorder.serverErrors.sum());
    }
    if (!bounds.mayFail && !recorder.errors().isEmpty()) {
      broken.add("failed: " + recorder.errors());
    }
    if (bounds.p99Millis > 0) {
      recorder.byRequest.forEach(
          (request, figures) -> {
            long p99 = figures.latencies.percentile(99);
            if (p99 >= TimeUnit.MILLISECONDS.toNanos(bounds.p99Millis)) {
              broken.add(
                  "%s: the 99th percentile is %d ms, not under %d"
                      .formatted(request, TimeUnit.NANOSECONDS.toMillis(p99), bounds.p99Millis));
            }
          });
    }
    return broken;
  }
}
