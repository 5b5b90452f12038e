package dev.holdfast.bench;

/** The limits of a file server. */
final class OriginLimits {
  /** The connections at any time that its rules allow. */
  static final int CONNECTIONS = 10;

  /** The requests in flight that the program itself takes. A further one is answered 429. */
  static final int IN_FLIGHT = 15;

  /** How long every request sleeps, in milliseconds. */
  static final long LATENCY_MS = 333;

  private OriginLimits() {}
}
