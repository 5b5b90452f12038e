package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SystemCallsTest {
  private static final String TABLE =
      """
      % time     seconds  usecs/call     calls    errors syscall
      ------ ----------- ----------- --------- --------- ----------------
       73.75    0.010010         833        12         2 futex
       26.25    0.003563        1781       400           statx
        0.00    0.000000           0         1           pread64
      ------ ----------- ----------- --------- --------- ----------------
      100.00    0.013573         905       413         2 total
      """;

  @Test
  void callsAreCounted_errorsAndTheTotalAreNot() {
    assertThat(SystemCalls.parse(TABLE))
        .isEqualTo(Map.of("futex", 12L, "statx", 400L, "pread64", 1L));
  }

  @Test
  void whatIsCalledOftenIsSaidFirst_andWhatIsRareIsNot() {
    assertThat(SystemCalls.text(SystemCalls.parse(TABLE), 100)).isEqualTo("statx 4.00, futex 0.12");
  }
}
