package dev.holdfast.watcher;

/** The end that a slot came to. */
public enum Outcome {
  /** The site answered as expected. */
  UP,

  /** The site answered, and something wants attention, such as a certificate that ends soon. */
  DEGRADED,

  /** The site did not answer as expected. */
  DOWN,

  /** The check could not tell, by no fault of the agent or of the site. */
  UNDECIDED,

  /** The agent failed, so the check says nothing about the site. */
  AGENT,

  /** Nobody checked the slot. */
  MISSED;

  /** Returns true if the check has measured the site: up, degraded or down. */
  public boolean isMeasured() {
    return this == UP || this == DEGRADED || this == DOWN;
  }
}
