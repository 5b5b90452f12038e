package dev.holdfast.fibonacci;

import java.io.IOException;

/**
 * Shows the sequence to readers that do not ask this process.
 *
 * <p>Threading: for one thread at a time.
 */
interface Publication {
  /** For a process without such readers. */
  Publication NONE =
      new Publication() {
        @Override
        public void prepare(State state) {}

        @Override
        public void show() {}

        @Override
        public void removeReplaced() {}

        @Override
        public void withdraw() {}
      };

  /** Does all of the work that can be done before {@link #show}. Readers see nothing of it. */
  void prepare(State state);

  /**
   * Shows the state of the last {@link #prepare} in one step. If that is not possible, nothing is
   * shown any more, and readers ask this process.
   *
   * @throws IOException if neither is possible; then readers may see the state before, or this one
   */
  void show() throws IOException;

  /** Removes what was shown before. */
  void removeReplaced();

  /**
   * Shows nothing any more. Readers ask this process.
   *
   * @throws IOException if readers may still see the last state
   */
  void withdraw() throws IOException;
}
