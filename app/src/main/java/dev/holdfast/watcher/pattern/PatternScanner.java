package dev.holdfast.watcher.pattern;

import dev.holdfast.watcher.Expectation.Engine;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a pattern before it is compiled, in time linear in its length. It refuses what its
 * engine does not know, or knows as something else, and says what to write instead. It leaves other
 * errors to the engine.
 */
final class PatternScanner {
  /** The deepest nesting of brackets. */
  static final int NESTING_MAX = 30;

  /** The highest number in a repeat such as {@code a{2,5}}. */
  static final int REPEAT_MAX = 1_000;

  private final String text;
  private final Engine engine;
  private final PatternEscapes escapes;

  /** For each group by its number, from 1 on: whether it can be empty. */
  private final List<Boolean> emptyableGroups = new ArrayList<>();

  private int at;

  private PatternScanner(String text, Engine engine) {
    this.text = text;
    this.engine = engine;
    escapes = new PatternEscapes(text, engine);
  }

  /**
   * Returns the measure of a pattern.
   *
   * @throws BadPatternException if the pattern has something that its engine does not know
   */
  static PatternShape scan(String text, Engine engine) throws BadPatternException {
    PatternScanner scanner = new PatternScanner(text, engine);
    PatternShape shape = scanner.alternatives(0);
    if (scanner.at < text.length()) {
      throw new BadPatternException(
          scanner.at, "')' closes nothing", "write \\) for the character itself");
    }
    return shape;
  }

  private PatternShape alternatives(int depth) throws BadPatternException {
    PatternShape shape = sequence(depth);
    while (has('|')) {
      at++;
      shape = shape.or(sequence(depth));
    }
    return shape;
  }

  private PatternShape sequence(int depth) throws BadPatternException {
    PatternShape shape = PatternShape.EMPTY;
    while (at < text.length() && !has('|') && !has(')')) {
      shape = shape.then(repeats(depth));
    }
    return shape;
  }

  private PatternShape repeats(int depth) throws BadPatternException {
    int start = at;
    PatternShape shape = atom(depth);
    Repeat repeat = repeat();
    if (repeat == null) {
      return shape;
    }
    if (repeat.least > 1 && shape.isEmptyable()) {
      throw new BadPatternException(
          start, "a counted repeat of something that can be empty", "write * instead of the count");
    }
    lazyOrPossessive(start);
    int next = at;
    if (repeat() != null) {
      throw new BadPatternException(
          next, "two repeats in a row", "put the first one into brackets: (?:a+)*");
    }
    return shape.repeated(repeat.least, repeat.most);
  }

  private void lazyOrPossessive(int start) throws BadPatternException {
    if (has('?')) {
      at++;
    } else if (has('+')) {
      if (engine == Engine.RE2) {
        throw new BadPatternException(
            at,
            "a possessive repeat, which RE2 does not know",
            "write "
                + text.substring(start, at)
                + " without the second +, since RE2 is linear anyway");
      }
      at++;
    }
  }

  private record Repeat(int least, int most) {}

  /** Reads a repeat. Returns null, and reads nothing, if there is none. */
  private Repeat repeat() throws BadPatternException {
    if (has('*')) {
      at++;
      return new Repeat(0, -1);
    }
    if (has('+')) {
      at++;
      return new Repeat(1, -1);
    }
    if (has('?')) {
      at++;
      return new Repeat(0, 1);
    }
    return has('{') ? counted() : null;
  }

  private Repeat counted() throws BadPatternException {
    int start = at;
    int close = text.indexOf('}', at);
    String inside = close < 0 ? "" : text.substring(at + 1, close);
    if (!inside.matches("[0-9]+(?:,[0-9]*)?")) {
      return null; // a brace as it is, for RE2; Java will complain
    }
    int comma = inside.indexOf(',');
    int least = number(comma < 0 ? inside : inside.substring(0, comma), start);
    int most = least;
    if (comma >= 0) {
      String last = inside.substring(comma + 1);
      most = last.isEmpty() ? -1 : number(last, start);
    }
    if (most >= 0 && most < least) {
      throw new BadPatternException(
          start, "the repeat {" + inside + "} ends before it begins", "swap the two numbers");
    }
    at = close + 1;
    return new Repeat(least, most);
  }

  private static int number(String digits, int position) throws BadPatternException {
    int number = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (number > REPEAT_MAX) {
      throw new BadPatternException(
          position, "a repeat of more than " + REPEAT_MAX, "write * or a number up to that");
    }
    return number;
  }

  private PatternShape atom(int depth) throws BadPatternException {
    return switch (text.charAt(at)) {
      case '(' -> group(depth + 1);
      case '[' -> characterClass();
      case '\\' -> escape();
      case '^', '$' -> one(PatternShape.CONDITION);
      case '*', '+', '?' ->
          throw new BadPatternException(
              at,
              "'" + text.charAt(at) + "' repeats nothing",
              "write \\" + text.charAt(at) + " for the character itself");
      default -> one(PatternShape.CHARACTER);
    };
  }

  private PatternShape one(PatternShape shape) {
    at++;
    return shape;
  }

  private PatternShape escape() throws BadPatternException {
    PatternEscapes.Escape escape = escapes.read(at, emptyableGroups);
    at = escape.end();
    return escape.shape();
  }

  private PatternShape characterClass() throws BadPatternException {
    PatternClasses classes = new PatternClasses(text, engine, escapes);
    PatternShape shape = classes.read(at);
    at = classes.end();
    return shape;
  }

  private PatternShape group(int depth) throws BadPatternException {
    int start = at;
    if (depth > NESTING_MAX) {
      throw new BadPatternException(
          at, "brackets are nested more than " + NESTING_MAX + " deep", "nest less");
    }
    at++;
    PatternGroups.Opening opening = PatternGroups.opening(text, start, engine);
    at = opening.end();
    if (opening.kind() == PatternGroups.Kind.FLAGS) {
      return PatternShape.EMPTY;
    }
    int number = -1;
    if (opening.kind() == PatternGroups.Kind.CAPTURING) {
      number = emptyableGroups.size();
      emptyableGroups.add(false);
    }
    PatternShape inside = alternatives(depth);
    if (!has(')')) {
      throw new BadPatternException(
          start, "'(' is not closed", "close it, or write \\( for the character itself");
    }
    at++;
    if (number >= 0) {
      emptyableGroups.set(number, inside.isEmptyable());
    }
    return switch (opening.kind()) {
      case CAPTURING -> inside.captured();
      case LOOKING -> inside.ahead();
      case PLAIN, FLAGS -> inside;
    };
  }

  private boolean has(char wanted) {
    return at < text.length() && text.charAt(at) == wanted;
  }
}
