package dev.holdfast.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Makes meters. Each package has a class with its own meters, their names and their descriptions.
 * Names follow Micrometer's dotted convention, with the unit, if any, as the last word.
 * docs/metrics.md lists them as Prometheus sees them, in the same words.
 *
 * <p>A counter without a label, or with known values of its labels, is made at the start, at zero.
 * Prometheus would miss the first increase of a counter that was not there before.
 *
 * <p>Threading: may be used from any number of threads.
 *
 * @param registry takes the meters
 */
public record Meters(MeterRegistry registry) {
  /** Returns a counter, which it makes if there is none. */
  public Counter counter(String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  /** Makes a gauge. */
  public void gauge(String name, String description, LongSupplier value) {
    Gauge.builder(name, value::getAsLong)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /** Returns a consumer of how long the force of a file or a directory took, in nanoseconds. */
  public LongConsumer diskForces() {
    Timer timer =
        Timer.builder("holdfast.disk.force")
            .description("Forces of a file or a directory to the disk, and how long they took.")
            .serviceLevelObjectives(Buckets.DURATIONS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }
}
