package dev.holdfast.testkit;

import java.time.Duration;

/**
 * How long a test waits for events that come at once on an idle machine. It is only a bound against
 * hanging: no test says how fast something is.
 */
public final class Patience {
  /** The patience for a single step, such as an answer. */
  public static final Duration STEP = Duration.ofMinutes(5);

  /** {@link #STEP} in seconds. */
  public static final int STEP_S = (int) STEP.toSeconds();

  /** The patience for a whole run of traffic, or for a test class: longer than all of its steps. */
  public static final Duration RUN = Duration.ofMinutes(30);

  private Patience() {}
}
