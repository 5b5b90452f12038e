package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class CostTest {
  @Test
  void aNameMayHaveBlanksAndParentheses() {
    Cost.Stat stat =
        Cost.Stat.parse("77 (a (b) c) S 1 77 77 0 -1 4194304 5 6 7 8 123 45 9 10 20 0 1 0 99\n");

    assertThat(stat).isEqualTo(new Cost.Stat("a (b) c", 123, 45));
  }

  @Test
  void threadsOfOneKindAreCountedTogether_andWhatDidNothingIsLeftOut() {
    var before =
        new Cost(
            100,
            40,
            Map.of(
                "1",
                stat("jetty-1", 10),
                "2",
                stat("jetty-22", 5),
                "3",
                stat("C1 CompilerThre", 5)));
    var now =
        new Cost(
            150,
            60,
            Map.of(
                "1", stat("jetty-1", 30),
                "2", stat("jetty-22", 6),
                "3", stat("C1 CompilerThre", 5),
                "4", stat("ForkJoinPool-1-", 7)));

    Cost since = now.since(before);

    assertThat(since.ticks()).isEqualTo(50);
    assertThat(since.kernelTicks()).isEqualTo(20);
    assertThat(since.ticksByKind()).isEqualTo(Map.of("jetty", 21L, "ForkJoinPool", 7L));
  }

  @Test
  void theNumberOfAThreadIsNotItsKind() {
    assertThat(stat("C1 CompilerThre", 0).kind()).isEqualTo("C1 CompilerThre");
    assertThat(stat("writer-12", 0).kind()).isEqualTo("writer");
    assertThat(stat("ForkJoinPool-1-", 0).kind()).isEqualTo("ForkJoinPool");
    assertThat(stat("GC Thread#0", 0).kind()).isEqualTo("GC Thread");
  }

  private static Cost.Stat stat(String name, long ticks) {
    return new Cost.Stat(name, ticks, 0);
  }

  @Test
  void ticksAreTenMilliseconds() {
    assertThat(new Cost(3, 0, Map.of()).microsEach(10)).isEqualTo(3000.0);
  }

  @Test
  @Timeout(1_800)
  void aProcessThatWorksUsesCpu() throws Exception {
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      Cost before = Cost.of(List.of(busy));
      Cost now = before;
      while (now.since(before).ticks() < 3) {
        now = Cost.of(List.of(busy));
      }
      assertThat(now.ticksByKind()).containsOnlyKeys("sh");
    } finally {
      busy.destroyForcibly().waitFor();
    }
  }
}
