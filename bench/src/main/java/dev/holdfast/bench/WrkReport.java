package dev.holdfast.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk counted: the line that {@code targets.lua} prints at its end.
 *
 * @param requests that were answered, whatever the status
 * @param micros how long it ran, in microseconds
 * @param bytes that were read, headers included
 * @param refused answers with a status above 399
 * @param unanswered requests that ended in an error of the connection, or not in time
 * @param p50Micros of the latency, in the closed model
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
   * @param output all that wrk printed
   * @throws IllegalArgumentException if the line is not there, or not whole
   */
  static WrkReport parse(String output) {
    Matcher line = LINE.matcher(output);
    if (!line.find()) {
      throw new IllegalArgumentException("wrk has not said what it counted: " + output.strip());
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

  /** Answers below 400, a second. */
  double goodPerSecond() {
    return (requests - refused) * 1e6 / micros;
  }

  /** Answers above 399, a second. */
  double refusedPerSecond() {
    return refused * 1e6 / micros;
  }

  /** Bytes that were read for each answer, headers included. */
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
