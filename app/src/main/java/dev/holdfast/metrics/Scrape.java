package dev.holdfast.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Meters, and what Prometheus reads of them.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Scrape {
  /** The media type of {@link #text}: Prometheus' text format. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestMeters requests = new RequestMeters(registry);

  /** The meters of the service that is read, of the requests to it. */
  public RequestMeters requests() {
    return requests;
  }

  /** Makes meters that are read. */
  public Meters meters() {
    return new Meters(registry);
  }

  /** Takes the meters of a service; from now on they are read, too. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Takes how long it took to force a file or a directory, in nanoseconds. */
  public LongConsumer diskForces() {
    return diskForces(registry);
  }

  static LongConsumer diskForces(MeterRegistry registry) {
    Timer timer =
        Timer.builder("holdfast.disk.force")
            .description("Forces of a file or a directory to the disk, and how long they took.")
            .serviceLevelObjectives(Buckets.DURATIONS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** All meters as they are now. */
  public String text() {
    return registry.scrape(CONTENT_TYPE);
  }
}
