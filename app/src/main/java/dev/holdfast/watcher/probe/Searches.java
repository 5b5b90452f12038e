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
 * <p>Threading: any number of threads. The lock is this object.
 */
final class Searches {
  private final Map<Expectation, PageSearch> compiled;

  Searches(int most) {
    this.compiled =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Expectation, PageSearch> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * Returns the search of an expectation.
   *
   * @throws BadPatternException if a pattern does not compile
   */
  synchronized PageSearch of(Expectation expectation) throws BadPatternException {
    PageSearch known = compiled.get(expectation);
    if (known != null) {
      return known;
    }
    PageSearch fresh = PageSearch.compile(expectation);
    compiled.put(expectation, fresh);
    return fresh;
  }
}
