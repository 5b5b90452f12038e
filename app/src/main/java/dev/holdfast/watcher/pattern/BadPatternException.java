package dev.holdfast.watcher.pattern;

/**
 * A pattern that is refused. The message says what is wrong, where, and what to write instead.
 *
 * <p>The text of the pattern is not in the message: who reports it has it at hand.
 */
public final class BadPatternException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int position;
  private final String problem;
  private final String hint;

  /**
   * Says what is wrong with a pattern.
   *
   * @param position the index of the first wrong character, from 0
   * @param problem what is wrong there
   * @param hint what to write instead
   */
  public BadPatternException(int position, String problem, String hint) {
    super("at character " + (position + 1) + ": " + problem + "; " + hint);
    this.position = position;
    this.problem = problem;
    this.hint = hint;
  }

  /** Returns the index of the first wrong character in the pattern, from 0. */
  public int position() {
    return position;
  }

  /** Returns what is wrong. */
  public String problem() {
    return problem;
  }

  /** Returns what to write instead. */
  public String hint() {
    return hint;
  }
}
