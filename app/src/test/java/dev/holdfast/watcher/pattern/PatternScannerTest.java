package dev.holdfast.watcher.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edge case 22: a hostile pattern is refused with its position and a hint. */
class PatternScannerTest {
  private static void check(String pattern, Engine engine) throws BadPatternException {
    PageSearch.check(new PagePattern(pattern, engine));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ab(?=c)|2|look-ahead|'must'",
        "ab(?!c)|2|negative look-ahead|'must_not'",
        "(?<=a)b|0|look-behind|part of the pattern",
        "x(?<!a)b|1|negative look-behind|'must_not'",
        "(a)x\\1|4|back-reference '\\1'|write out",
        "(?P<n>a)\\k<n>|8|back-reference|write out",
        "xa++b|3|possessive|write a+",
        "a*+|2|possessive|a*",
        "a?+|2|possessive|a?",
        "a{2,3}+|6|possessive|a{2,3}",
        "(?>ab)|0|atomic|(?:",
        "[a-z&&[^b]]|4|intersection|engine: java",
        "[a[bc]]|2|'[' in a set|\\[",
        "[[]|1|'[' in a set|\\[",
        "x\\u00fc|1|\\u|\\x{00FC}",
        "a\\Z|1|\\Z|\\z",
        "a\\R|1|\\R|\\r?\\n",
        "\\h|0|\\h|[ \\t]",
        "a\\p{javaLowerCase}|1|\\p{javaLowerCase}|\\p{L}",
        "a\\p{IsAlphabetic}|1|\\p{IsAlphabetic}|[[:alpha:]]",
        "(?x) a|2|flag 'x'|use i",
        "(?#note)a|0|begins no known group|(?:",
        "(?'n'a)|0|begins no known group|(?:",
        "(a|0|not closed|\\(",
        "a)|1|closes nothing|\\)",
        "[a|0|not closed|\\[",
        "*a|0|repeats nothing|\\*",
        "a**|2|two repeats|(?:a+)*",
        "a{3}{2}|4|two repeats|(?:a+)*",
        "a{3,2}|1|ends before it begins|swap",
        "a{1001}|1|more than 1000|*",
        "a{99999999999}|1|more than 1000|*",
        "(?:a*){3}|0|can be empty|*",
        "a\\|1|ends with a backslash|\\\\",
        "a*|0|finds the empty text|+",
        "(?:a?|b*)|0|finds the empty text|+",
        "a||0|finds the empty text|+"
      })
  void re2_refusesWithPositionAndHint(String row) {
    // The pattern may have the delimiter, so the row is cut from its end.
    String[] parts = row.split("\\|", -1);
    int end = parts.length;
    String hint = parts[end - 1];
    String problem = parts[end - 2];
    int position = Integer.parseInt(parts[end - 3]);
    String pattern = row.substring(0, row.length() - (hint + problem + position).length() - 3);
    assertThatThrownBy(() -> check(pattern, Engine.RE2))
        .isInstanceOfSatisfying(
            BadPatternException.class,
            e -> {
              assertThat(e.problem()).contains(problem);
              assertThat(e.position()).isEqualTo(position);
              assertThat(e.hint()).contains(hint);
              assertThat(e).hasMessageContaining("at character " + (position + 1));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{100}){100}){100}",
        "(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9})",
        "((((((((((a+)?){9})",
        "(?:(?:[a-z]{50}){50}){50}",
        "[\\x{0}-\\x{10ffff}abcdefghijklmnopqrstuvwxyz0123456789]{900}",
        "\\p{L}{999}",
        "(?:\\pL|\\pN){0,500}",
        "(a|b|c|d){700}",
        "(?i)\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\pL\\pN\\p{S}"
      })
  void largeProgram_isRefusedWithoutBeingCompiled(String pattern) {
    for (Engine engine : Engine.values()) {
      // Searcher.measure compiles nothing.
      assertThatThrownBy(() -> Searcher.measure(new PagePattern(pattern, engine)))
          .isInstanceOf(BadPatternException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "literal",
        "(?i)größe",
        "a{2,5}?b+?c*?d",
        "^\\s*<html",
        "[[:alpha:]]+[^]a]",
        "[^[:^digit:]x]",
        "(?P<year>\\d{4})-(?:\\d\\d)",
        "(?<year>\\d{4})",
        "\\Qa(b\\E?c",
        "x{y}",
        "a\\{2}",
        "\\pL\\p{Lu}\\P{Greek}",
        "\\x{00FC}|\\x41",
        "(?s:.{0,200})end",
        "^$",
        "(?im)^error$",
        "status: (up|ok)\\b",
        "[a-z\\]\\-]+"
      })
  void commonPattern_isTaken(String pattern) {
    assertThatCode(() -> check(pattern, Engine.RE2)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^(?=.*a)(?!.*b)",
        "(?<=a)b(?<!c)",
        "(\\w)\\1{2}",
        "(?<n>a)\\k<n>",
        "a++b*+",
        "(?>ab)",
        "[a-z&&[^b]]",
        "[a[bc]]+",
        "\\p{javaLowerCase}\\h\\R",
        "\\u00fc",
        "[\\Q]\\E]x"
      })
  void java_takesWhatRe2DoesNot(String pattern) {
    assertThatCode(() -> check(pattern, Engine.JAVA)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:){1000}x",
        "(?:(?:){900}){900}",
        "^{1000}",
        "()(?:\\1{1000}a)*x",
        "(?x)a # b",
        "(a",
        "a{2}{3}"
      })
  void java_refusesWhatCostsWithoutReading_andWhatItDoesNotKnow(String pattern) {
    assertThatThrownBy(() -> check(pattern, Engine.JAVA)).isInstanceOf(BadPatternException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "(?:", "[[", "\\Q("})
  void nesting_isBounded_forAnyLength(String opening) {
    String pattern = opening.repeat(Searcher.PATTERN_LENGTH_MAX / opening.length());
    for (Engine engine : Engine.values()) {
      if (opening.equals("\\Q(")) {
        assertThatCode(() -> PatternScanner.scan(pattern, engine)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> check(pattern, engine)).isInstanceOf(BadPatternException.class);
      }
    }
  }

  /** The scanner and RE2/J agree on how large a pattern is: never less than half. */
  @Property(tries = 2_000)
  void size_isThatOfTheProgram(@ForAll("patterns") String pattern) {
    PatternShape shape;
    try {
      shape = PatternScanner.scan(pattern, Engine.RE2);
    } catch (BadPatternException e) {
      return;
    }
    if (shape.size() <= Searcher.PROGRAM_MAX) {
      int real = Pattern.compile(pattern).programSize();
      assertThat((long) real).isLessThanOrEqualTo(2 * shape.size() + 10);
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> atoms = Arbitraries.of("a", ".", "[a-z]", "\\d", "\\pL", "ü", "x{y");
    return Arbitraries.recursive(
        () -> atoms,
        inner ->
            Arbitraries.oneOf(
                inner.map(p -> "(" + p + ")"),
                inner.map(p -> "(?:" + p + ")*"),
                inner.map(p -> "(?:" + p + ")+?"),
                inner.map(p -> "(?i:" + p + ")?"),
                inner.map(p -> "(" + p + "){2,4}"),
                inner.map(p -> "(?:" + p + "){3}"),
                inner.map(p -> p + "|b" + p),
                inner.map(p -> p + "c" + p)),
        1,
        5);
  }

  /** Any text is refused with a hint, or compiled. Nothing else is thrown. */
  @Property(tries = 5_000)
  void anyText_isRefusedOrTaken(@ForAll("syntax") String pattern, @ForAll Engine engine) {
    try {
      check(pattern, engine);
    } catch (BadPatternException e) {
      assertThat(e.position()).isBetween(0, pattern.length());
      assertThat(e.hint()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> syntax() {
    return Arbitraries.of(
            "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", "\\", "a", "1", ",", "-",
            "&&", "(?", "<", ">", "=", "!", ":", "P", "p", "Q", "E", "k", ".", "i", "ü")
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 1_000)
  void anyCharacters_areRefusedOrTaken(
      @ForAll @StringLength(max = 30) String pattern, @ForAll Engine engine) {
    anyText_isRefusedOrTaken(pattern, engine);
  }
}
