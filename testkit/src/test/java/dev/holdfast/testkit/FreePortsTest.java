package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FreePortsTest {
  /** JVMs side by side without a number would share their ports. */
  @ParameterizedTest
  @ValueSource(strings = {"", "0", "9", "${surefire.forkNumber}"})
  void fork_thatIsNone_isRefused(String number) {
    assertThatIllegalStateException()
        .isThrownBy(() -> FreePorts.fork(number))
        .withMessageContaining("holdfast.fork must be 1 to 8");
  }

  @Test
  void fork_isThatOfTheJvm() {
    assertThat(FreePorts.fork("8")).isEqualTo(8);
  }

  @Test
  void ports_areDifferentOnes() throws IOException {
    assertThat(FreePorts.take(100)).doesNotHaveDuplicates();
  }
}
