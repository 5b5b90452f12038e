package dev.holdfast.watcher.pattern;

/** The result of a search in a page. */
public sealed interface Finding {
  /** All is as it was to be. */
  record Found() implements Finding {}

  /**
   * Something that must be found was not.
   *
   * @param sought the pattern or the text
   * @param isText true if it is a text
   */
  record Missing(String sought, boolean isText) implements Finding {}

  /** A pattern was found that must not be. */
  record Present(String pattern) implements Finding {}

  /** The search for a pattern reached its limit, and nothing else was wrong. */
  record Undecided(String pattern) implements Finding {}
}
