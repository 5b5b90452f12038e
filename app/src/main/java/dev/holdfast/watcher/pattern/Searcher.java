package dev.holdfast.watcher.pattern;

import com.google.re2j.Pattern;
import dev.holdfast.watcher.Expectation.PagePattern;
import java.util.Locale;

/**
 * A compiled pattern.
 *
 * <p>Threading: several threads may search at once.
 */
sealed interface Searcher {
  /** The longest pattern, in characters. */
  int PATTERN_LENGTH_MAX = 2_000;

  /** The largest program, in instructions. */
  int PROGRAM_MAX = 2_000;

  /** An answer to the question whether a page has the pattern. */
  enum Answer {
    YES,
    NO,
    UNDECIDED
  }

  /**
   * Searches a page.
   *
   * @param steps how much may still be read, for an engine that has a limit
   */
  Answer search(String page, CountedText.Steps steps);

  /** Returns about how many instructions the program has. */
  long size();

  /**
   * Compiles a pattern.
   *
   * @throws BadPatternException if its engine does not know it, or if it is beyond a bound
   */
  static Searcher compile(PagePattern pattern) throws BadPatternException {
    PatternShape shape = measure(pattern);
    return switch (pattern.engine()) {
      case RE2 -> Re2.compile(pattern.text());
      case JAVA -> StepLimited.compile(pattern.text(), shape.size());
    };
  }

  /**
   * Measures a pattern without compiling it.
   *
   * @throws BadPatternException if it is beyond a bound
   */
  static PatternShape measure(PagePattern pattern) throws BadPatternException {
    String text = pattern.text();
    if (text.isEmpty()) {
      throw new BadPatternException(
          0, "the pattern is empty", "leave it out, or write what the page has to show");
    }
    if (text.length() > PATTERN_LENGTH_MAX) {
      throw new BadPatternException(
          PATTERN_LENGTH_MAX,
          "the pattern has more than " + PATTERN_LENGTH_MAX + " characters",
          "write several patterns");
    }
    PatternShape shape = PatternScanner.scan(text, pattern.engine());
    refuseLarge(shape.size());
    if (shape.isEverywhere()) {
      throw new BadPatternException(
          0, "the pattern finds the empty text, so every page has it", "write + for *, or ^ and $");
    }
    return shape;
  }

  private static void refuseLarge(long size) throws BadPatternException {
    if (size > PROGRAM_MAX) {
      throw new BadPatternException(
          0,
          "the pattern makes a program of more than " + PROGRAM_MAX + " instructions",
          "write smaller repeats, or * and + for them");
    }
  }

  /** A pattern of RE2/J. */
  record Re2(Pattern pattern) implements Searcher {
    static Re2 compile(String text) throws BadPatternException {
      try {
        Pattern pattern = Pattern.compile(text);
        refuseLarge(pattern.programSize());
        return new Re2(pattern);
      } catch (com.google.re2j.PatternSyntaxException e) {
        String part = e.getPattern() == null ? "" : e.getPattern();
        throw new BadPatternException(
            Math.max(0, text.indexOf(part)), e.getDescription() + " '" + part + "'", hint(part));
      }
    }

    private static String hint(String part) {
      String lower = part.toLowerCase(Locale.ROOT);
      return lower.startsWith("\\p")
          ? "use a category such as \\p{L} or \\p{Lu}, a script such as \\p{Greek}, or a set such as"
              + " [[:alpha:]]; or set 'engine: java'"
          : "see https://github.com/google/re2/wiki/Syntax, or set 'engine: java'";
    }

    @Override
    public Answer search(String page, CountedText.Steps steps) {
      return pattern.matcher(page).find() ? Answer.YES : Answer.NO;
    }

    @Override
    public long size() {
      return pattern.programSize();
    }
  }

  /** A pattern of {@code java.util.regex} that may read so many characters. */
  record StepLimited(java.util.regex.Pattern pattern, long size) implements Searcher {
    /** The most characters that the patterns of a page read together, each as often as it is. */
    static final long STEPS_MAX = 20_000_000;

    static StepLimited compile(String text, long size) throws BadPatternException {
      try {
        // For (?i): umlauts, too.
        var pattern = java.util.regex.Pattern.compile(text, java.util.regex.Pattern.UNICODE_CASE);
        return new StepLimited(pattern, size);
      } catch (java.util.regex.PatternSyntaxException e) {
        throw new BadPatternException(
            Math.max(0, e.getIndex()),
            e.getDescription(),
            "see java.util.regex.Pattern, whose syntax 'engine: java' has");
      }
    }

    @Override
    public Answer search(String page, CountedText.Steps steps) {
      try {
        return pattern.matcher(new CountedText(page, steps)).find() ? Answer.YES : Answer.NO;
      } catch (CountedText.LimitReachedException | StackOverflowError e) {
        // Both say only that the engine needs more than it may have for this page.
        return Answer.UNDECIDED;
      }
    }
  }
}
