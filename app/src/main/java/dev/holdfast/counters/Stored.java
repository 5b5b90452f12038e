package dev.holdfast.counters;

/** The outcome of a change that an actor's own log has to record. */
enum Stored {
  /** It is forced, and in force. */
  FORCED,
  /** No start will find it. */
  NOT,
  /** No start will find it: the configuration would be too long. */
  TOO_LONG,
  /** The disk failed in the middle: a later start may find it, and may not. */
  UNKNOWN
}
