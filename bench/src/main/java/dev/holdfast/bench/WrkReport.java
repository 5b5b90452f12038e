package dev.holdfast.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The counts of wrk, from the line that {@code targets.lua} prints at its end.
 *
 * @param requests answered requests, of any status
 * @param micros how long it ran, in microseconds
 * @param bytes bytes that were read, headers included
 * @param refused answers with a status above 399
 * @param unanswered requests that ended in an error of the connection, or not in time
 * @param p50Micros the median latency in the closed model, in microseconds
 */
record WrkReport(
    long requests,
    long micros,
    long bytes,
    long refused,
    long unanswered,
    long p50Micros,
    long p99Micros,
    long maxMicros) {
  private static final Pattern LINE = Pattern.compile("(?m)^bench: (.*)$");
  private static final Pattern FIGURE = Pattern.compile("([a-z0-9]+)=(\\d+)");

  /**
   * @param output the whole output of wrk
   * @throws IllegalArgumentException if the line is missing or not whole
   */
  static WrkReport parse(String output) {
    Matcher line = LINE.matcher(output);
    if (!line.find()) {
      throw new IllegalArgumentException("wrk has not printed its counts: " + output.strip());
    }
    var figures = new LinkedHashMap<String, Long>();
    Matcher figure = FIGURE.matcher(line.group(1));
    while (figure.find()) {
      figures.put(figure.group(1), Long.valueOf(figure.group(2)));
    }
    return new WrkReport(
        of(figures, "requests"),
        of(figures, "micros"),
        of(figures, "bytes"),
        of(figures, "status"),
        of(figures, "connect")
            + of(figures, "read")
            + of(figures, "write")
            + of(figures, "timeout"),
        of(figures, "p50"),
        of(figures, "p99"),
        of(figures, "max"));
  }

  /** Returns the answers below 400, a second. */
  double goodPerSecond() {
    return (requests - refused) * 1e6 / micros;
  }

  /** Returns the answers above 399, a second. */
  double refusedPerSecond() {
    return refused * 1e6 / micros;
  }

  /** Returns the bytes that were read for each answer, headers included. */
  double bytesPerAnswer() {
    return requests == 0 ? 0 : (double) bytes / requests;
  }

  private static long of(Map<String, Long> figures, String key) {
    Long value = figures.get(key);
    if (value == null) {
      throw new IllegalArgumentException("wrk has not counted " + key + ": " + figures);
    }
    return value;
  }
}
