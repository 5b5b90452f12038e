package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.pattern.BadPatternException;
import dev.holdfast.watcher.pattern.PageSearch;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compiled searches. To compile one costs more than most searches, so those that were used last are
 * kept.
 *
 * <p>Threading: any number of threads. The lock of the map is this object; nothing is compiled
 * under it. Each search is compiled under a lock of its own, so only those wait who need it.
 */
final class Searches {
  private final Compiler compiler;
  private final Map<Expectation, Compiled> entries; // guarded by this

  /** Compiles the patterns of an endpoint. */
  interface Compiler {
    PageSearch compile(Expectation expectation) throws BadPatternException;
  }

  Searches(int most) {
    this(most, PageSearch::compile);
  }

  Searches(int most, Compiler compiler) {
    this.compiler = compiler;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Expectation, Compiled> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * Returns the search of an expectation.
   *
   * @throws BadPatternException if a pattern does not compile
   */
  PageSearch of(Expectation expectation) throws BadPatternException {
    return entry(expectation).search(expectation, compiler);
  }

  private synchronized Compiled entry(Expectation expectation) {
    return entries.computeIfAbsent(expectation, _ -> new Compiled());
  }

  private static final class Compiled {
    private PageSearch search; // guarded by this

    synchronized PageSearch search(Expectation expectation, Compiler compiler)
        throws BadPatternException {
      if (search == null) {
        search = compiler.compile(expectation);
      }
      return search;
    }
  }
}
