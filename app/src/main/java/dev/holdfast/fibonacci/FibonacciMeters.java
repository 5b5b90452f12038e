package dev.holdfast.fibonacci;

import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** The meters of the sequence. */
record FibonacciMeters(Meters meters) {
  /** Shows the position of the sequence. */
  void position(LongSupplier value) {
    meters.gauge("holdfast.fibonacci.position", "The position of the Fibonacci sequence.", value);
  }

  /** Shows 1 if the sequence belongs here and cannot be taken up, else 0. */
  void unusable(BooleanSupplier value) {
    meters.gauge(
        "holdfast.fibonacci.unusable",
        "1 if the Fibonacci sequence belongs here and cannot be taken up, else 0.",
        () -> value.getAsBoolean() ? 1 : 0);
  }

  /** Returns a counter of the advances, which takes how many numbers were handed out. */
  IntConsumer advances() {
    Counter advances =
        meters.counter(
            "holdfast.fibonacci.advances",
            "How often this process has advanced the Fibonacci sequence.");
    return advances::increment;
  }
}
