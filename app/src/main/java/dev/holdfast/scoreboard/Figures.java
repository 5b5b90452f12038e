package dev.holdfast.scoreboard;

import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * All figures of a log, or of its lines so far, in constant memory.
 *
 * <p>Threading: for one thread at a time.
 */
final class Figures {
  /** Names that are remembered to find the busiest among them. */
  static final int NAMES_REMEMBERED = 1000;

  static final int NAMES_SHOWN = 10;

  private final Map<LogEntry.Outcome, long[]> byOutcome = new EnumMap<>(LogEntry.Outcome.class);
  private final GaveUpFigures gaveUp = new GaveUpFigures();
  private final Latencies latencies = new Latencies(3);
  private final OrderedThroughput throughput = new OrderedThroughput();
  private final Timeline timeline = new Timeline();
  private final BusiestNames busiest = new BusiestNames(NAMES_REMEMBERED);
  private final SlowestNames slowest = new SlowestNames(NAMES_SHOWN);
  private final Map<ServedBy, Latencies> byServer = new EnumMap<>(ServedBy.class);
  private final Map<ServedBy, long[]> requestsByServer = new EnumMap<>(ServedBy.class);

  private long requests;
  private long viaProxy;
  private long bytesSent;
  private long garbageLines;
  private long first = Long.MAX_VALUE;
  private long newest = Long.MIN_VALUE;

  Figures() {
    for (LogEntry.Outcome outcome : LogEntry.Outcome.values()) {
      byOutcome.put(outcome, new long[1]);
    }
    for (ServedBy server : ServedBy.values()) {
      byServer.put(server, new Latencies(3));
      requestsByServer.put(server, new long[1]);
    }
  }

  /**
   * Counts a request.
   *
   * @return the time to which the clock has gone back, in seconds since 1970, if this line shows
   *     that it did
   */
  OptionalLong add(LogEntry entry) {
    requests++;
    viaProxy += entry.viaProxy() ? 1 : 0;
    byOutcome.get(entry.outcome())[0]++;
    entry.gaveUp().ifPresent(far -> gaveUp.add(far, entry.durationMs()));
    bytesSent = SaturatedSum.of(bytesSent, entry.bytesSent());
    first = Math.min(first, entry.second());
    newest = Math.max(newest, entry.second());
    latencies.add(entry.durationMs());
    timeline.add(entry);
    busiest.add(entry.name());
    slowest.add(entry);
    byServer.get(entry.servedBy()).add(entry.durationMs());
    requestsByServer.get(entry.servedBy())[0]++;
    return throughput.add(entry.second(), entry.isSuccess());
  }

  /** Counts a line that is not one of an access log. */
  void addGarbage() {
    garbageLines++;
  }

  /** Returns how many names are remembered at present. */
  int namesRemembered() {
    return busiest.size();
  }

  /**
   * Returns the figures of a whole log, with its course over time. Figures that depend on the order
   * of the lines are left out if the lines are not in order.
   */
  Summary summary() {
    throughput.finish();
    return throughput.firstBreak().isPresent()
        ? summary(false, List.of())
        : summary(true, timeline.points());
  }

  /**
   * Returns the figures of the lines of one nginx so far, without the course. Its lines get out of
   * order only when its clock goes back. Time is then counted in stretches.
   */
  Summary live() {
    return summary(true, List.of());
  }

  private Summary summary(boolean timed, List<Summary.Point> course) {
    return new Summary(
        requests == 0 ? null : Instant.ofEpochSecond(first).toString(),
        requests == 0 ? null : Instant.ofEpochSecond(newest).toString(),
        timed ? throughput.seconds() : null,
        requests,
        statuses(),
        gaveUp.summary(),
        viaProxy,
        timed ? throughput.mean() : null,
        timed ? throughput.sustained() : null,
        timed ? throughput.most() : null,
        latencies.summary(),
        bytesSent,
        servers(),
        slowest.all().stream().map(Figures::slow).toList(),
        busiest.top(NAMES_SHOWN),
        garbageLines,
        timed ? null : throughput.firstBreak().orElseThrow(),
        timeline.seconds(),
        course);
  }

  private Map<String, Long> statuses() {
    var statuses = new LinkedHashMap<String, Long>();
    byOutcome.forEach((outcome, count) -> statuses.put(outcome.word(), count[0]));
    return statuses;
  }

  private Map<String, Summary.Server> servers() {
    var servers = new LinkedHashMap<String, Summary.Server>();
    for (ServedBy server : ServedBy.values()) {
      servers.put(
          server.word(),
          new Summary.Server(requestsByServer.get(server)[0], byServer.get(server).summary()));
    }
    return servers;
  }

  private static Summary.Slow slow(LogEntry entry) {
    return new Summary.Slow(
        entry.name(),
        entry.durationMs(),
        entry.method(),
        entry.status(),
        entry.servedBy().word(),
        Instant.ofEpochSecond(entry.second()).toString());
  }
}
