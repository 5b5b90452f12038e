package dev.holdfast.sidecar;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The open parts of a sidecar. They are closed in the opposite order of their opening, and a part
 * that throws keeps no other from being closed.
 *
 * <p>Threading: for one thread at a time.
 */
final class Opened implements AutoCloseable {
  private final Deque<Part> parts = new ArrayDeque<>();

  /** Closes a part. */
  @FunctionalInterface
  interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /** Adds a part that was opened, or is about to be: its close may come before its start. */
  void add(Part part) {
    parts.push(part);
  }

  /** Hands all parts over. They are not this object's to close any more. */
  Opened handOver() {
    var taken = new Opened();
    taken.parts.addAll(parts);
    parts.clear();
    return taken;
  }

  /**
   * Closes all parts.
   *
   * @throws RuntimeException of the first part that threw one; those of the others are suppressed
   */
  @Override
  public void close() {
    if (!parts.isEmpty()) {
      Part last = parts.pop();
      try (Opened _ = this) { // closes the rest, whatever becomes of the last
        last.close();
      }
    }
  }
}
