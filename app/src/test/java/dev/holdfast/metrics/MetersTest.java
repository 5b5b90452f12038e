package dev.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The meters as Prometheus reads them. */
final class MetersTest {
  private final Scrape scrape = new Scrape();

  /** Prometheus would miss the first increase of a counter that was not there before. */
  @Test
  void counter_isThereAtZero_beforeItCounts() {
    scrape.meters().counter("holdfast.lost.things", "Things that were lost.");

    assertThat(scrape.text())
        .contains("# HELP holdfast_lost_things_total Things that were lost.\n")
        .contains("# TYPE holdfast_lost_things_total counter\n")
        .contains("\nholdfast_lost_things_total 0.0\n");
  }

  @Test
  void counter_thatIsThere_isTheSame() {
    scrape.meters().counter("holdfast.lost", "Lost.", "why", "fire").increment();
    scrape.meters().counter("holdfast.lost", "Lost.", "why", "fire").increment();
    scrape.meters().counter("holdfast.lost", "Lost.", "why", "water").increment();

    assertThat(scrape.text())
        .contains("\nholdfast_lost_total{why=\"fire\"} 2.0\n")
        .contains("\nholdfast_lost_total{why=\"water\"} 1.0\n");
  }

  @Test
  void gauge_isReadAtEachScrape() {
    var pending = new AtomicLong(3);
    scrape.meters().gauge("holdfast.pending", "Writes that are pending.", pending::get);
    assertThat(scrape.text()).contains("\nholdfast_pending 3.0\n");

    pending.set(4);

    assertThat(scrape.text()).contains("\nholdfast_pending 4.0\n");
  }

  @Test
  void forces_areCountedInTheBucketsOfAllDurations() {
    scrape.meters().diskForces().accept(Duration.ofMillis(7).toNanos());

    String text = scrape.text();
    for (Duration bound : Buckets.DURATIONS) {
      String le = Double.toString(bound.toMillis() / 1_000.0);
      int within = bound.toMillis() >= 7 ? 1 : 0;
      assertThat(text).contains("_bucket{le=\"" + le + "\"} " + within + "\n");
    }
    assertThat(text).contains("\nholdfast_disk_force_seconds_count 1\n");
  }
}
