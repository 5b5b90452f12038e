package dev.holdfast.files;

import dev.holdfast.staging.Content;
import java.util.Optional;

/** A condition that must hold of a file for a write of it to happen. */
public interface Precondition {
  /** Nothing in particular. */
  Precondition NONE =
      new Precondition() {
        @Override
        public boolean needsCurrent() {
          return false;
        }

        @Override
        public boolean holds(Optional<Content> current) {
          return true;
        }
      };

  /** There is no such file. */
  Precondition ABSENT = Optional::isEmpty;

  /** There is no such file here, whatever the origin has. */
  Precondition ABSENT_HERE =
      new Precondition() {
        @Override
        public boolean asksOrigin() {
          return false;
        }

        @Override
        public boolean holds(Optional<Content> current) {
          return current.isEmpty();
        }
      };

  /** Returns true if the present state of the file matters at all. */
  default boolean needsCurrent() {
    return true;
  }

  /** Returns true if the origin is asked for a state that is not known here. Else it is absent. */
  default boolean asksOrigin() {
    return needsCurrent();
  }

  /**
   * Returns true if it holds.
   *
   * @param current the present content; empty if there is no such file
   */
  boolean holds(Optional<Content> current);
}
