package dev.holdfast.watcher;

/** A part of the time of a check, in the order in which they come. */
public enum Phase {
  /** Waiting for a bound of our own: a place, a reactor, the resolver's queue. */
  WAIT,
  DNS,
  CONNECT,
  TLS,
  /** From the request sent to the first byte of the answer. */
  FIRST_BYTE,
  /** From the first byte of the answer to its end. */
  TRANSFER
}
