package dev.holdfast.scoreboard;

/** The requests of a stretch of time. */
final class Bucket {
  private final Latencies latencies = new Latencies(2);
  private long requests;
  private long successes;
  private long clientErrors;
  private long serverErrors;
  private long gaveUp;
  private long sumMs;

  void add(LogEntry entry) {
    requests++;
    switch (entry.outcome()) {
      case GAVE_UP -> gaveUp++;
      case SUCCESS -> successes++;
      case CLIENT_ERROR -> clientErrors++;
      case SERVER_ERROR -> serverErrors++;
      case REDIRECTION, OTHER -> {
        // It is counted as a request.
      }
    }
    latencies.add(entry.durationMs());
    sumMs += entry.durationMs();
  }

  void addAll(Bucket other) {
    requests += other.requests;
    successes += other.successes;
    clientErrors += other.clientErrors;
    serverErrors += other.serverErrors;
    gaveUp += other.gaveUp;
    sumMs += other.sumMs;
    latencies.addAll(other.latencies);
  }

  void clear() {
    requests = 0;
    successes = 0;
    clientErrors = 0;
    serverErrors = 0;
    gaveUp = 0;
    sumMs = 0;
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
        (double) gaveUp / seconds,
        requests == 0 ? null : (double) sumMs / requests,
        requests == 0 ? null : latencies.percentileMs(50),
        requests == 0 ? null : latencies.percentileMs(99));
  }
}
