package dev.holdfast.gatling;

import dev.holdfast.testkit.Bodies;

/** The content that a GET returned. */
sealed interface Seen {
  /** The whole body of one write. */
  record Body(Bodies.Id id) implements Seen {}

  /** There is no such file. */
  record Absent() implements Seen {}

  /**
   * Bytes that are not a whole body of the name.
   *
   * @param reason how that is known
   */
  record Corrupt(String reason) implements Seen {}

  /**
   * Identifies bytes that were read from this name. A run writes only bodies that carry an
   * identity.
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
