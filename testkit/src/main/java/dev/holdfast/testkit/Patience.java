package dev.holdfast.testkit;

import java.time.Duration;

/**
 * How long a test waits for what comes at once on a machine that has nothing else to do. It is a
 * bound against hanging alone: no test says how fast something is.
 */
public final class Patience {
  /** For a single step, such as an answer. */
  public static final Duration STEP = Duration.ofMinutes(5);

  /** The same, in seconds. */
  public static final int STEP_S = (int) STEP.toSeconds();

  /** For a whole run of traffic, or for a test class: longer than all of its steps. */
  public static final Duration RUN = Duration.ofMinutes(30);

  private Patience() {}
}
