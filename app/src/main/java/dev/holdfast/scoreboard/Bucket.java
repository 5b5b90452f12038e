package dev.holdfast.scoreboard;

/** The requests of a stretch of time. */
final class Bucket {
  private final Latencies latencies = new Latencies(2);
  private long requests;
  private long successes;
  private long clientErrors;
  private long serverErrors;

  void add(LogEntry entry) {
    requests++;
    switch (entry.status() / 100) {
      case 2 -> successes++;
      case 4 -> clientErrors++;
      case 5 -> serverErrors++;
      default -> {
        // Counted as a request.
      }
    }
    latencies.add(entry.durationMs());
  }

  void addAll(Bucket other) {
    requests += other.requests;
    successes += other.successes;
    clientErrors += other.clientErrors;
    serverErrors += other.serverErrors;
    latencies.addAll(other.latencies);
  }

  void clear() {
    requests = 0;
    successes = 0;
    clientErrors = 0;
    serverErrors = 0;
    latencies.clear();
  }

  /**
   * @param second when the stretch begins, in seconds since 1970
   * @param seconds how long it is
   */
  Summary.Point point(long second, long seconds) {
    return new Summary.Point(
        second,
        (double) successes / seconds,
        (double) clientErrors / seconds,
        (double) serverErrors / seconds,
        requests == 0 ? null : latencies.percentileMs(50),
        requests == 0 ? null : latencies.percentileMs(99));
  }
}
