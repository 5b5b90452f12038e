package dev.holdfast.watcher.pattern;

import dev.holdfast.watcher.Expectation.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sets of characters in square brackets. */
final class PatternClasses {
  /** So many entries of a set count as much as one instruction. */
  private static final int ENTRIES_PER_INSTRUCTION = 8;

  private static final Pattern POSIX = Pattern.compile("\\[:\\^?[a-z]+:]");

  private final String text;
  private final Engine engine;
  private final PatternEscapes escapes;

  private int at;
  private long entries;

  PatternClasses(String text, Engine engine, PatternEscapes escapes) {
    this.text = text;
    this.engine = engine;
    this.escapes = escapes;
  }

  /**
   * Reads a set.
   *
   * @param start the index of its bracket
   */
  PatternShape read(int start) throws BadPatternException {
    at = start;
    int depth = 0;
    do {
      if (at >= text.length()) {
        throw new BadPatternException(
            start, "'[' is not closed", "close it, or write \\[ for the character itself");
      }
      depth += step();
      if (depth > PatternScanner.NESTING_MAX) {
        throw new BadPatternException(
            at,
            "brackets are nested more than " + PatternScanner.NESTING_MAX + " deep",
            "nest less");
      }
    } while (depth > 0);
    return new PatternShape(1 + entries / ENTRIES_PER_INSTRUCTION, false, false);
  }

  /** Returns the index behind the set that was read last. */
  int end() {
    return at;
  }

  private boolean isOpen;

  /** Reads a part, and returns by how much deeper the nesting is behind it. */
  private int step() throws BadPatternException {
    char c = text.charAt(at);
    if (c == '[') {
      return bracket();
    }
    if (c == ']') {
      at++;
      return -1;
    }
    if (c == '\\') {
      escape();
      return 0;
    }
    if (engine == Engine.RE2 && text.startsWith("&&", at)) {
      throw new BadPatternException(
          at,
          "the intersection '&&' in a set, which RE2 reads as two characters",
          "write the set out, or \\& for the character itself, or set 'engine: java'");
    }
    at++;
    entries++;
    return 0;
  }

  private void escape() throws BadPatternException {
    if (engine == Engine.JAVA && text.startsWith("\\Q", at)) {
      int close = text.indexOf("\\E", at);
      int end = close < 0 ? text.length() : close + 2;
      entries += end - at;
      at = end;
      return;
    }
    PatternEscapes.Escape escape = escapes.inClass(at);
    entries += escape.shape().size();
    at = escape.end();
  }

  private int bracket() throws BadPatternException {
    if (isOpen) {
      Matcher posix = POSIX.matcher(text).region(at, text.length());
      if (engine == Engine.RE2 && posix.lookingAt()) {
        at = posix.end();
        entries++;
        return 0;
      }
      if (engine == Engine.RE2) {
        throw new BadPatternException(
            at,
            "'[' in a set, which RE2 reads as a character",
            "write \\[ for the character itself, or join the two sets");
      }
    }
    isOpen = true;
    at++;
    if (at < text.length() && text.charAt(at) == '^') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == ']') {
      at++; // the first one is a character
      entries++;
    }
    return 1;
  }
}
