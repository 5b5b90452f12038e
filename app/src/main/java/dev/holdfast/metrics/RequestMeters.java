package dev.holdfast.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The requests that an HTTP service of ours answers.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class RequestMeters {
  private final MeterRegistry registry;

  /**
   * The timers by their labels. Every request is counted, and building a meter to ask the registry
   * would cost more.
   */
  private final Map<Answered, Timer> requests = new ConcurrentHashMap<>();

  /** The labels of the timers of requests. */
  private record Answered(String method, int status, String outcome) {
    // By hand: what the compiler makes of a record is slow without the JVM's optimizing compiler.

    @Override
    public boolean equals(Object other) {
      return other instanceof Answered answered
          && status == answered.status
          && method.equals(answered.method)
          && outcome.equals(answered.outcome);
    }

    @Override
    public int hashCode() {
      return 31 * status + method.hashCode();
    }
  }

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Counts a request that was answered, and how long it took. */
  public void requestAnswered(String method, int status, String outcome, long durationNanos) {
    var answered = new Answered(method, status, outcome);
    Timer timer = requests.get(answered); // which takes no lock
    if (timer == null) {
      timer = requests.computeIfAbsent(answered, this::requestTimer);
    }
    timer.record(durationNanos, TimeUnit.NANOSECONDS);
  }

  private Timer requestTimer(Answered answered) {
    return Timer.builder("holdfast.http.requests")
        .description(
            "Requests to this service and how long they took, from their header to "
                + "the end of their answer.")
        .tag("method", answered.method())
        .tag("status", Integer.toString(answered.status()))
        .tag("outcome", answered.outcome())
        .serviceLevelObjectives(Buckets.DURATIONS)
        .register(registry);
  }
}
