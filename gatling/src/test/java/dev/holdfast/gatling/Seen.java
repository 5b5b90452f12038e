package dev.holdfast.gatling;

import dev.holdfast.testkit.Bodies;

/** What an answer to a GET turned out to be. */
sealed interface Seen {
  /** The whole body of one write. */
  record Body(Bodies.Id id) implements Seen {}

  /** There is no such file. */
  record Absent() implements Seen {}

  /** Bytes that are no whole body of the name, and how that is known. */
  record Corrupt(String reason) implements Seen {}

  /**
   * What these bytes, read from this name, are. A run writes only bodies that carry an identity.
   */
  static Seen of(String name, byte[] bytes) {
    return switch (Bodies.identify(name, bytes)) {
      case Bodies.Id id when id.isTiny() ->
          new Corrupt(bytes.length + " bytes, which is shorter than any body of this run");
      case Bodies.Id id -> new Body(id);
      case Bodies.Corrupt(String reason) -> new Corrupt(reason);
    };
  }
}
