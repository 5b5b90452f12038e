package dev.holdfast.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * Meters, and the text that Prometheus reads.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Scrape {
  /** The media type of {@link #text}: Prometheus' text format. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestMeters requests = new RequestMeters(registry);

  /** Returns the meters of the requests to this service. */
  public RequestMeters requests() {
    return requests;
  }

  /** Returns a maker of meters that are in the text. */
  public Meters meters() {
    return new Meters(registry);
  }

  /** Returns all meters as they are now. */
  public String text() {
    return registry.scrape(CONTENT_TYPE);
  }
}
