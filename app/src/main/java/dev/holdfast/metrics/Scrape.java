package dev.holdfast.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

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

  /** All meters as they are now. */
  public String text() {
    return registry.scrape(CONTENT_TYPE);
  }
}
