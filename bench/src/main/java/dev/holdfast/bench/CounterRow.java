package dev.holdfast.bench;

import java.io.IOException;

/**
 * A row of the table of the counters.
 *
 * @param id its id, in options
 * @param goal the figures to reach
 */
record CounterRow(String id, String what, String goal, Measure measure) {
  /**
   * A measurement.
   *
   * @param text the figures with their units
   * @param met true if the goal was reached
   */
  record Measured(String text, boolean met) {}

  /** Measures the row. */
  interface Measure {
    Measured of(CounterActors actors) throws IOException, InterruptedException;
  }
}
