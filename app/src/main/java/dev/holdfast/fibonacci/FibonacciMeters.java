package dev.holdfast.fibonacci;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** The meters of the sequence. */
record FibonacciMeters(MeterRegistry registry) {
  /** Where the sequence is. */
  void position(LongSupplier value) {
    gauge("holdfast.fibonacci.position", "Where the Fibonacci sequence is.", value);
  }

  /** Whether the sequence belongs here and cannot be taken up: 1 or 0. */
  void unusable(BooleanSupplier value) {
    gauge(
        "holdfast.fibonacci.unusable",
        "1 if the Fibonacci sequence belongs here and cannot be taken up, else 0.",
        () -> value.getAsBoolean() ? 1 : 0);
  }

  /** How often the sequence was advanced; takes by how much. */
  IntConsumer advances() {
    Counter advances =
        Counter.builder("holdfast.fibonacci.advances")
            .description("How often this process has advanced the Fibonacci sequence.")
            .register(registry);
    return advances::increment;
  }

  private void gauge(String name, String description, LongSupplier value) {
    Gauge.builder(name, value::getAsLong)
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
