package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Site;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Phase;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The engine against an instrument of another make: a blocking socket, and against the farm, which
 * knows when it sent what.
 */
final class TwinTest {
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.start();
    farm = fixture.farm;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void engine_saysWhatTheTwinSays() throws Exception {
    Map<String, Site> sites = new TreeMap<>();
    sites.put("page", Sites.page("x".repeat(100_000)));
    sites.put("missing", Sites.status(404, ""));
    sites.put("broken", Sites.status(500, ""));
    sites.put("slow", Sites.delayed(20, Sites.page("slow")));
    sites.put("close", Sites.withoutLength("until the end"));
    sites.put("empty", Sites.status(204, ""));
    sites.forEach(farm::with);

    for (String site : sites.keySet()) {
      Measured measured = fixture.check(Ask.of(farm.url(site)));
      Twin twin = Twin.ask(farm.url(site));

      assertThat(measured.answer().status()).as(site).hasValue(twin.status());
      assertThat(measured.answer().bodyBytes()).as(site).isEqualTo(twin.bodyBytes());
    }
  }

  /**
   * Each phase lies around what the farm saw of it: no tolerance is needed, since each moment of
   * the farm comes between two of the engine.
   */
  @Test
  void phases_lieAroundTheFarms() throws Exception {
    farm.with("slow", Sites.delayed(500, Sites.page("x".repeat(200_000))));
    for (URI url : new URI[] {farm.url("slow"), farm.tlsUrl(Farm.Name.GOOD, "slow")}) {
      int before = farm.seen("slow").size();
      long startNanos = System.nanoTime();

      Measured measured = fixture.check(Ask.of(url));

      long endNanos = System.nanoTime();
      Await.until("the farm has seen it", () -> farm.seen("slow").size() == before + 1);
      Seen seen = farm.seen("slow").getLast();
      assertThat(seen.askedNanos()).isBetween(startNanos, endNanos);
      // The engine had sent before the farm had read, and read after the farm had begun to send.
      // But
      // it may have had no CPU for a while after it had sent, and before it took the time of that.
      long pausedMicros = 500_000;
      assertThat(micros(measured, Phase.FIRST_BYTE)).isGreaterThanOrEqualTo(pausedMicros / 2);
      // All phases together are no longer than the whole, by the test's own clock.
      assertThat(measured.answer().phases().sumMicros())
          .isLessThanOrEqualTo((endNanos - startNanos) / 1_000);
    }
  }

  /** A slow search is in no phase. */
  @Test
  void phases_withoutTheSearch() throws Exception {
    String page = "a".repeat(1 << 20);
    farm.with("page", Sites.page(page));

    long startNanos = System.nanoTime();
    Measured measured = fixture.check(Ask.of(farm.url("page")).mustNot("(a|b|c)*d(e|f)*$"));
    long tookMicros = (System.nanoTime() - startNanos) / 1_000;

    assertThat(measured.answer().bodyBytes()).isEqualTo(page.length());
    assertThat(measured.answer().phases().sumMicros()).isLessThan(tookMicros);
  }

  private static long micros(Measured measured, Phase phase) {
    return measured.answer().phases().micros(phase).orElseThrow();
  }
}
