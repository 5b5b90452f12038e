package dev.holdfast.watcher.pattern;

import dev.holdfast.watcher.Expectation.Engine;
import java.util.List;
import java.util.Map;

/** What follows a backslash. */
final class PatternEscapes {
  /** The most properties such as {@code \p{L}} of a pattern. Each takes kilobytes of heap. */
  static final int PROPERTIES_MAX = 20;

  /** A property has many ranges. */
  private static final long PROPERTY_SIZE = 4;

  /** The escapes that Java knows and RE2 does not, or knows as something else. */
  private static final Map<Character, String> JAVA_ALONE =
      Map.ofEntries(
          Map.entry('Z', "write \\z for the end of the page"),
          Map.entry('G', "leave it out: a page is searched once"),
          Map.entry('K', "leave it out: what is found is not kept"),
          Map.entry('R', "write \\r?\\n for a line end"),
          Map.entry('X', "write . for a character"),
          Map.entry('h', "write [ \\t] for a blank"),
          Map.entry('H', "write [^ \\t] for what is no blank"),
          Map.entry('V', "write [^\\n\\v\\f\\r] for what is no line end"),
          Map.entry('N', "write the character itself, or \\x{00FC} with its number"),
          Map.entry('u', "write the character itself, or \\x{00FC} with its number"),
          Map.entry('U', "write the character itself, or \\x{00FC} with its number"),
          Map.entry('c', "write \\x03 with the number of the character"),
          Map.entry('e', "write \\x1b for it"));

  private final String text;
  private final Engine engine;
  private int properties;

  PatternEscapes(String text, Engine engine) {
    this.text = text;
    this.engine = engine;
  }

  /**
   * An escape.
   *
   * @param shape its measure
   * @param end the index behind it
   */
  record Escape(PatternShape shape, int end) {}

  /**
   * Reads an escape.
   *
   * @param start the index of the backslash
   * @param emptyableGroups for each group so far, whether it can be empty
   */
  Escape read(int start, List<Boolean> emptyableGroups) throws BadPatternException {
    char kind = kind(start);
    return switch (kind) {
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> reference(start, emptyableGroups);
      case 'k' -> namedReference(start);
      case 'Q' -> quoted(start);
      case 'b', 'B', 'A', 'z', 'Z', 'G' -> new Escape(PatternShape.CONDITION, start + 2);
      default -> inClass(start);
    };
  }

  /** Reads an escape that stands for a character or a set of them. */
  Escape inClass(int start) throws BadPatternException {
    char kind = kind(start);
    return switch (kind) {
      case 'p', 'P' -> new Escape(new PatternShape(PROPERTY_SIZE, false, false), property(start));
      case 'x' -> new Escape(PatternShape.CHARACTER, braced(start));
      case 'N' -> new Escape(PatternShape.CHARACTER, braced(start));
      case 'c' -> new Escape(PatternShape.CHARACTER, Math.min(start + 3, text.length()));
      default -> new Escape(PatternShape.CHARACTER, start + 2);
    };
  }

  private char kind(int start) throws BadPatternException {
    if (start + 1 >= text.length()) {
      throw new BadPatternException(
          start, "the pattern ends with a backslash", "write \\\\ for the character itself");
    }
    char kind = text.charAt(start + 1);
    String instead = JAVA_ALONE.get(kind);
    if (engine == Engine.RE2 && instead != null) {
      throw new BadPatternException(
          start, "'\\" + kind + "', which RE2 does not know", instead + ", or set 'engine: java'");
    }
    return kind;
  }

  private Escape reference(int start, List<Boolean> emptyableGroups) throws BadPatternException {
    refuseReference(start, text.substring(start, start + 2));
    int end = start + 2;
    while (end < text.length() && isDigit(text.charAt(end)) && end < start + 4) {
      end++;
    }
    // Java takes as many digits as there are groups for. Each reading is looked at.
    boolean isEmptyable = false;
    for (int last = start + 2; last <= end; last++) {
      int group = Integer.parseInt(text.substring(start + 1, last));
      isEmptyable |= group <= emptyableGroups.size() && emptyableGroups.get(group - 1);
    }
    return new Escape(new PatternShape(1, isEmptyable, false), start + 2);
  }

  private Escape namedReference(int start) throws BadPatternException {
    refuseReference(start, "\\k");
    int close = text.indexOf('>', start);
    return new Escape(new PatternShape(1, true, false), close < 0 ? text.length() : close + 1);
  }

  private void refuseReference(int start, String shown) throws BadPatternException {
    if (engine == Engine.RE2) {
      throw new BadPatternException(
          start,
          "the back-reference '" + shown + "', which RE2 does not know",
          "write out what it refers to, or set 'engine: java'");
    }
  }

  private Escape quoted(int start) {
    int close = text.indexOf("\\E", start + 2);
    int last = close < 0 ? text.length() : close;
    return new Escape(
        PatternShape.characters(last - start - 2), close < 0 ? text.length() : close + 2);
  }

  private int property(int start) throws BadPatternException {
    properties++;
    if (properties > PROPERTIES_MAX) {
      throw new BadPatternException(
          start,
          "the pattern has more than " + PROPERTIES_MAX + " properties such as \\p{L}",
          "write a repeat, or a set such as [a-z]");
    }
    return start + 2 < text.length() && text.charAt(start + 2) == '{'
        ? braced(start)
        : Math.min(start + 3, text.length());
  }

  /** Returns the index behind braces that follow at once, or behind the escape without any. */
  private int braced(int start) {
    if (start + 2 >= text.length() || text.charAt(start + 2) != '{') {
      return start + 2;
    }
    int close = text.indexOf('}', start);
    return close < 0 ? text.length() : close + 1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
