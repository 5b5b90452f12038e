package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class WatchBenchTest {
  @Test
  void help_hasEveryRow() {
    String help = new CommandLine(new WatchBench()).getUsageMessage();

    assertThat(WatchBench.rows()).hasSizeGreaterThan(10);
    assertThat(WatchBench.rows())
        .allSatisfy(row -> assertThat(help).containsPattern("(?m)^  " + row.id() + " +\\S"));
    assertThat(WatchBench.rows()).extracting(WatchRow::id).doesNotHaveDuplicates();
  }

  @Test
  void figure_isALine_withItsGoalAndItsUnit() {
    assertThat(WatchFigure.of("lateness", "p99 ≤ 20 ms", "p99 2|0 ms", true).line("plain"))
        .isEqualTo("| `plain` | lateness | p99 2/0 ms | p99 ≤ 20 ms | yes |");
    assertThat(WatchFigure.of("lateness", "p99 ≤ 20 ms", "p99 21 ms", false).line("plain"))
        .endsWith("| no |");
    assertThat(WatchFigure.plain("lateness", "p99 21 ms").line("plain")).endsWith("|  |  |");
  }

  @Test
  void list_isOneOfTheWatcher() {
    var endpoint = new WatchEndpoint(12, "http://127.2.0.1:99/page/12", 5_000, 300);

    assertThat(WatchEndpoint.list(List.of(endpoint, endpoint.withTimeout(60_000))))
        .isEqualTo(
            """
            endpoints:
            - {id: w12, url: 'http://127.2.0.1:99/page/12', interval: 5000ms, timeout: 300ms}
            - {id: w12, url: 'http://127.2.0.1:99/page/12', interval: 5000ms, timeout: 60000ms}
            """);
  }

  @Test
  void heap_isThatOfTheGenerations() throws IOException {
    String serial =
        """
        4711:
         DefNew     total 9792K, used 1000K [0x00000000e0000000, 0x00000000e0aa0000, 0x00000000eaaa0000)
          eden space 8704K,   3% used [0x00000000e0000000, 0x00000000e0046ff0, 0x00000000e0880000)
         Tenured    total 21888K, used 3000K [0x00000000eaaa0000, 0x00000000ec000000, 0x0000000100000000)
          the  space 21888K,  12% used [0x00000000eaaa0000, 0x00000000ead53d18, 0x00000000ec000000)
         Metaspace       used 9000K, committed 9216K, reserved 1114112K
          class space    used 500K, committed 576K, reserved 1048576K
        """;

    assertThat(WatchAgent.heapMb(serial)).isCloseTo(4_000 * 1_024 / 1e6, offset(1e-9));
    assertThatThrownBy(() -> WatchAgent.heapMb("Metaspace used 9000K"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void takings_haveTheirRates() {
    List<WatchCheck> checks =
        List.of(check(0, 5_000), check(40, 1_000), check(150, 2_000), check(250, 30_000));
    var account =
        new WatchAccount(4, Map.of("up", 4L), Map.of(), Map.of(), 0, 4, 0, 0, 0, 0, List.of());
    var taken = new WatchTaken(0.4, 0.5, 100, 0.5, checks, account, new WatchTaken.Load(0.5, 0.2));

    assertThat(taken.perSecond()).isEqualTo(10);
    assertThat(taken.lateMs(50)).isEqualTo(2);
    assertThat(taken.lateMs(99)).isEqualTo(30);
    assertThat(taken.busiest()).as("two of four in the first of four tenths").isEqualTo(2);
    assertThat(taken.errorMs(99, _ -> true)).isNaN();
    assertThat(taken.accountFigures(false)).allMatch(WatchFigure::met);
  }

  @Test
  void takings_plantedFaults_missTheirGoals() {
    var account =
        new WatchAccount(
            4,
            Map.of("down", 1L),
            Map.of("tls failure", 1L),
            Map.of("late", 1L),
            1,
            4,
            1,
            1,
            1,
            0,
            List.of());

    assertThat(WatchTaken.accountFigures(account, false))
        .filteredOn(figure -> !figure.goal().isEmpty())
        .hasSize(5)
        .noneMatch(WatchFigure::met);
    assertThat(WatchTaken.accountFigures(account, true))
        .as("some rows may miss slots, with a cause")
        .filteredOn(figure -> figure.what().contains("with their causes"))
        .allMatch(WatchFigure::met);
  }

  private static WatchCheck check(long dueMs, long lateMicros) {
    return new WatchCheck(
        1, dueMs, WatchCodes.SLOT, WatchCodes.UP, 0, false, lateMicros, 1_000, 1_000);
  }
}
