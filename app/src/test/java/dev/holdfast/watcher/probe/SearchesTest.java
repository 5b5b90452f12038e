package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Patience;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.pattern.PageSearch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SearchesTest {
  private static Expectation of(String pattern) {
    List<PagePattern> must = List.of(new PagePattern(pattern, Engine.RE2));
    return new Expectation(StatusSet.SUCCESS, must, List.of(), List.of(), 14, 1000);
  }

  /** Patterns of another endpoint do not wait, and the same ones are compiled once. */
  @Test
  void slowCompile_holdsUpItsOwnEndpointAlone() throws Exception {
    Expectation slow = of("slow");
    var begun = new CompletableFuture<Void>();
    var release = new CompletableFuture<Void>();
    var compiled = new AtomicInteger();
    var searches =
        new Searches(
            10,
            expectation -> {
              compiled.incrementAndGet();
              if (expectation.equals(slow)) {
                begun.complete(null);
                release.join();
              }
              return PageSearch.compile(expectation);
            });
    try (var threads = Executors.newFixedThreadPool(3)) {
      Future<PageSearch> first = threads.submit(() -> searches.of(slow));
      begun.get(Patience.STEP_S, TimeUnit.SECONDS);
      Future<PageSearch> second = threads.submit(() -> searches.of(slow));
      Future<PageSearch> other = threads.submit(() -> searches.of(of("other")));

      try {
        assertThat(other.get(Patience.STEP_S, TimeUnit.SECONDS)).isNotNull();
      } finally {
        release.complete(null);
      }

      assertThat(first.get()).isSameAs(second.get());
      assertThat(compiled.get()).as("the slow one once, and the other one").isEqualTo(2);
    }
  }

  @Test
  void thoseUsedLast_areKept() throws Exception {
    var searches = new Searches(2);
    PageSearch first = searches.of(of("a"));
    PageSearch second = searches.of(of("b"));
    assertThat(searches.of(of("a"))).isSameAs(first);

    searches.of(of("c"));

    assertThat(searches.of(of("a"))).isSameAs(first);
    assertThat(searches.of(of("b"))).isNotSameAs(second);
  }
}
