package dev.holdfast.files;

import dev.holdfast.staging.Content;
import java.util.Optional;

/** What must hold of a file for a write of it to happen. */
interface Precondition {
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

  /** Whether the present state of the file matters at all. */
  default boolean needsCurrent() {
    return true;
  }

  /**
   * Whether it holds.
   *
   * @param current the present content; empty if there is no such file
   */
  boolean holds(Optional<Content> current);
}
