package dev.holdfast.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Makes meters. Each package has a class of its own with its meters, their names and what they are.
 * Names follow Micrometer's dotted convention, with the unit as the last word where there is one.
 * docs/metrics.md lists them as Prometheus sees them, in the same words.
 *
 * <p>A counter that has no label, or whose labels are known, is made at the start, at zero:
 * Prometheus does not see the first increase of one that is not there.
 *
 * <p>Threading: may be used from any number of threads.
 *
 * @param registry takes the meters
 */
public record Meters(MeterRegistry registry) {
  /** Makes a counter, or finds it. */
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

  /** Takes how long it took to force a file or a directory, in nanoseconds. */
  public LongConsumer diskForces() {
    Timer timer =
        Timer.builder("holdfast.disk.force")
            .description("Forces of a file or a directory to the disk, and how long they took.")
            .serviceLevelObjectives(Buckets.DURATIONS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }
}
