package dev.holdfast.bench;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long it takes until all actors know an increment. */
final class CounterProbe {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private CounterProbe() {}

  /**
   * Adds 1 to a name at one actor after the other, each time when all know the increment before.
   *
   * @return the milliseconds from the sending of each to its last sight, ascending
   */
  static List<Double> seenByAll(CounterActors actors, String name, int times) throws IOException {
    var millis = new ArrayList<Double>();
    List<Integer> numbers = actors.numbers();
    for (int i = 0; i < times; i++) {
      int from = numbers.get(i % numbers.size());
      long begun = System.nanoTime();
      actors.add(from, name, 1);
      actors.awaitValue(numbers, name, BigInteger.valueOf(i + 1));
      millis.add((System.nanoTime() - begun) / 1e6);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return millis.stream().sorted().toList();
  }
}
