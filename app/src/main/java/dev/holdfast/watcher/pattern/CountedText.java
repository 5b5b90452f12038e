package dev.holdfast.watcher.pattern;

/**
 * A text that can be read so many times, character by character, by all searches together that
 * share its {@link Steps}. A search that backtracks without end reads without end, too, and so
 * comes to an end here.
 *
 * <p>Threading: for one search of one thread.
 */
final class CountedText implements CharSequence {
  private final String text;
  private final Steps steps;

  CountedText(String text, Steps steps) {
    this.text = text;
    this.steps = steps;
  }

  /** How many characters may still be read, each one as often as it is read. */
  static final class Steps {
    private long left;

    Steps(long most) {
      left = most;
    }
  }

  /** Too many characters were read. */
  static final class LimitReachedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private LimitReachedException() {
      super("the limit of steps is reached", null, false, false);
    }
  }

  @Override
  public char charAt(int index) {
    if (--steps.left < 0) {
      throw new LimitReachedException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
