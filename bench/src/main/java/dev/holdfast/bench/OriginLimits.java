package dev.holdfast.bench;

/** What a file server allows. */
final class OriginLimits {
  /** Connections at any time, by its rules. */
  static final int CONNECTIONS = 10;

  /** Requests in flight that the program itself takes; a further one is answered 429. */
  static final int IN_FLIGHT = 15;

  /** How long every request sleeps, in milliseconds. */
  static final long LATENCY_MS = 333;

  private OriginLimits() {}
}
