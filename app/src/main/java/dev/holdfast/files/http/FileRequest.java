package dev.holdfast.files.http;

import dev.holdfast.http.Exchange;
import dev.holdfast.http.Problem;
import dev.holdfast.names.Name;

/** A request for a file, parsed and checked: see {@link FileChecks}. Immutable. */
sealed interface FileRequest {
  /**
   * Leaves this with a request that cannot be answered at once: its route goes on from here.
   *
   * @return false, as {@link dev.holdfast.http.QuickAnswers#take} does for it
   */
  default boolean leaveTo(Exchange asked) {
    asked.note(FileRequest.class, this);
    return false;
  }

  /**
   * Nothing that the request line and the header say speaks against it, but for its conditions,
   * which are held against the file later.
   *
   * @param name of a file that is this sidecar's
   * @param isGlanced true if the file was looked for at once, and nothing could be said of it
   */
  record Sound(Name name, boolean isGlanced) implements FileRequest {
    /** Returns the same after a glance that has found nothing. */
    Sound glanced() {
      return new Sound(name, true);
    }
  }

  /**
   * It is to be answered with a problem.
   *
   * @param problem 400 to 499, or 503 if nginx's list of sidecars is another one
   */
  record Refused(Problem problem) implements FileRequest {}
}
