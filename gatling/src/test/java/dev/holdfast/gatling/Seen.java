package dev.holdfast.gatling;

/** What an answer to a GET turned out to be. */
sealed interface Seen {
  /** The whole body of one write. */
  record Body(Bodies.Id id) implements Seen {}

  /** There is no such file. */
  record Absent() implements Seen {}

  /** Bytes that are no whole body of the name, and how that is known. */
  record Corrupt(String reason) implements Seen {}
}
