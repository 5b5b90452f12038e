package dev.holdfast.scoreboard;

import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All figures of a log, or of what has come of it so far, in constant memory.
 *
 * <p>Threading: for one thread at a time.
 */
final class Figures {
  /** Names that are remembered to find the busiest among them. */
  static final int NAMES_REMEMBERED = 1000;

  static final int NAMES_SHOWN = 10;

  private final long[] byClass = new long[10];
  private final Latencies latencies = new Latencies(3);
  private final Throughput throughput = new Throughput();
  private final Timeline timeline = new Timeline();
  private final BusiestNames busiest = new BusiestNames(NAMES_REMEMBERED);
  private final SlowestNames slowest = new SlowestNames(NAMES_SHOWN);
  private final Map<ServedBy, Latencies> byServer = new EnumMap<>(ServedBy.class);
  private final Map<ServedBy, long[]> requestsByServer = new EnumMap<>(ServedBy.class);

  private long requests;
  private long bytesSent;
  private long garbageLines;
  private long first = Long.MAX_VALUE;
  private long newest = Long.MIN_VALUE;

  Figures() {
    for (ServedBy server : ServedBy.values()) {
      byServer.put(server, new Latencies(3));
      requestsByServer.put(server, new long[1]);
    }
  }

  void add(LogEntry entry) {
    requests++;
    byClass[entry.status() / 100]++;
    bytesSent += entry.bytesSent();
    first = Math.min(first, entry.second());
    newest = Math.max(newest, entry.second());
    latencies.add(entry.durationMs());
    throughput.add(entry.second(), entry.isSuccess());
    timeline.add(entry);
    busiest.add(entry.name());
    slowest.add(entry);
    byServer.get(entry.servedBy()).add(entry.durationMs());
    requestsByServer.get(entry.servedBy())[0]++;
  }

  /** Counts a line that is none of the access log's. */
  void addGarbage() {
    garbageLines++;
  }

  /** How many names are remembered at present. */
  int namesRemembered() {
    return busiest.size();
  }

  /** The figures as they are now, with the course of the log over its whole time. */
  Summary summary() {
    return summary(timeline.points());
  }

  /** The same without the course. */
  Summary summaryWithoutCourse() {
    return summary(List.of());
  }

  private Summary summary(List<Summary.Point> course) {
    return new Summary(
        requests == 0 ? null : Instant.ofEpochSecond(first).toString(),
        requests == 0 ? null : Instant.ofEpochSecond(newest).toString(),
        throughput.seconds(),
        requests,
        statuses(),
        throughput.mean(),
        throughput.sustained(),
        throughput.most(),
        latencies.summary(),
        bytesSent,
        servers(),
        slowest.all().stream().map(Figures::slow).toList(),
        busiest.top(NAMES_SHOWN),
        garbageLines,
        timeline.seconds(),
        course);
  }

  private Map<String, Long> statuses() {
    var statuses = new LinkedHashMap<String, Long>();
    long other = requests;
    for (int i = 2; i <= 5; i++) {
      statuses.put(i + "xx", byClass[i]);
      other -= byClass[i];
    }
    statuses.put("other", other);
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
