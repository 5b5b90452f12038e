package dev.holdfast.watcher.pattern;

import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A search of the patterns and texts of an endpoint.
 *
 * <p>Threading: several threads may search at once. A search computes and never waits, so it
 * belongs on a thread that no connection depends on.
 */
public final class PageSearch {
  /** The longest text, in characters. */
  public static final int TEXT_LENGTH_MAX = 2_000;

  /** The longest pattern, in characters. */
  public static final int PATTERN_LENGTH_MAX = Searcher.PATTERN_LENGTH_MAX;

  /** The largest program of one pattern, in instructions. */
  public static final int PROGRAM_MAX = Searcher.PROGRAM_MAX;

  /** The deepest nesting of brackets in a pattern. */
  public static final int NESTING_MAX = PatternScanner.NESTING_MAX;

  /** The most properties such as {@code \p{L}} of a pattern. */
  public static final int PROPERTIES_MAX = PatternEscapes.PROPERTIES_MAX;

  /** The highest number in a repeat such as {@code a{2,5}}. */
  public static final int REPEAT_MAX = PatternScanner.REPEAT_MAX;

  /**
   * The most characters that all patterns of an endpoint with {@code engine: java} read in a page,
   * each one as often as it is read.
   */
  public static final long JAVA_STEPS_MAX = Searcher.StepLimited.STEPS_MAX;

  /**
   * The most instructions of all programs of RE2/J of an endpoint, times the bytes of its body
   * bound. The time of a search follows from it.
   */
  public static final long WORK_MAX = 1L << 28;

  private final List<Sought> must;
  private final List<Sought> mustNot;
  private final List<String> texts;

  /** A pattern and what searches it. */
  private record Sought(String pattern, Searcher searcher) {}

  private PageSearch(List<Sought> must, List<Sought> mustNot, List<String> texts) {
    this.must = must;
    this.mustNot = mustNot;
    this.texts = texts;
  }

  /**
   * Compiles the patterns of an endpoint.
   *
   * @throws BadPatternException if one is refused, or if all together are too large for the body
   */
  public static PageSearch compile(Expectation expectation) throws BadPatternException {
    checkWork(expectation);
    return new PageSearch(
        compiled(expectation.must()), compiled(expectation.mustNot()), expectation.texts());
  }

  /**
   * Compiles one pattern and drops it.
   *
   * @throws BadPatternException if it is refused
   */
  public static void check(PagePattern pattern) throws BadPatternException {
    Searcher.compile(pattern);
  }

  /**
   * Measures the patterns of an endpoint against its body, and compiles none.
   *
   * @throws BadPatternException if one is beyond a bound, or if all together are too large for the
   *     body
   */
  public static void checkWork(Expectation expectation) throws BadPatternException {
    long size = 0;
    for (List<PagePattern> patterns : List.of(expectation.must(), expectation.mustNot())) {
      for (PagePattern pattern : patterns) {
        long measured = Searcher.measure(pattern).size();
        size += pattern.engine() == Engine.RE2 ? measured : 0;
      }
    }
    if (size * expectation.bodyBytesMax() > WORK_MAX) {
      throw new BadPatternException(
          0,
          "the patterns make programs of "
              + size
              + " instructions, too many for a body of "
              + expectation.bodyBytesMax()
              + " bytes",
          "set 'body_bytes' to " + WORK_MAX / size + " or less, or write smaller repeats");
    }
  }

  private static List<Sought> compiled(List<PagePattern> patterns) throws BadPatternException {
    List<Sought> compiled = new ArrayList<>();
    for (PagePattern pattern : patterns) {
      compiled.add(new Sought(pattern.text(), Searcher.compile(pattern)));
    }
    return List.copyOf(compiled);
  }

  /** Returns true if an empty body lacks something: a pattern or a text must be found in it. */
  public boolean needsBody() {
    return !must.isEmpty() || !texts.isEmpty();
  }

  /**
   * Searches a page. A pattern or a text that is surely wrong comes before a search that reached
   * its limit.
   *
   * @param body the body, decoded from its Content-Encoding
   * @param contentType the header Content-Type, or empty if there is none
   */
  public Finding search(byte[] body, Optional<String> contentType) {
    String page = PageText.decode(body, contentType);
    for (String text : texts) {
      if (!page.contains(text)) {
        return new Finding.Missing(text, true);
      }
    }
    var steps = new CountedText.Steps(JAVA_STEPS_MAX);
    Optional<Finding> undecided = Optional.empty();
    for (Sought sought : must) {
      switch (sought.searcher.search(page, steps)) {
        case YES -> {}
        case NO -> {
          return new Finding.Missing(sought.pattern, false);
        }
        case UNDECIDED -> undecided = Optional.of(new Finding.Undecided(sought.pattern));
      }
    }
    for (Sought sought : mustNot) {
      switch (sought.searcher.search(page, steps)) {
        case NO -> {}
        case YES -> {
          return new Finding.Present(sought.pattern);
        }
        case UNDECIDED -> undecided = Optional.of(new Finding.Undecided(sought.pattern));
      }
    }
    return undecided.orElseGet(Finding.Found::new);
  }
}
