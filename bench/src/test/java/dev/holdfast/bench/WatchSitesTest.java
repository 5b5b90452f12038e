package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The farm's process, as the benchmark starts it. */
class WatchSitesTest {
  @TempDir Path dir;

  @Test
  void farm_answersByHttpAndHttps_andWritesTheTruthDown() throws Exception {
    try (var children = new Children()) {
      String cores = Machine.halves().load();
      var plan = new WatchPlan(dir, children, new Cores("0", cores, cores), "", 0, 0, 0, 0);
      try (WatchSites sites = WatchSites.start(plan, dir)) {
        var clients = WatchFarmWarmUp.of(sites);
        clients.ask(0);
        clients.ask(1);

        Await.until("the farm has written it", () -> numbers(sites).containsAll(List.of(0L, 1L)));
        assertThat(sites.truth().where(_ -> true)).allMatch(WatchRequest::isAnswered);
        assertThat(sites.url("page", 9)).matches("http://127\\.2\\.0\\.2:\\d+/page/9");
        assertThat(sites.tlsUrl("page", 8)).matches("https://127\\.2\\.0\\.1:\\d+/page/8");
      }
    }
  }

  private static List<Long> numbers(WatchSites sites) {
    try {
      return sites.truth().where(_ -> true).stream().map(WatchRequest::number).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
