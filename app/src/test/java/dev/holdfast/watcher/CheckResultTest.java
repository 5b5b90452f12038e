package dev.holdfast.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckResultTest {
  private static CheckResult result(Outcome outcome, String detail, Flag... flags) {
    return new CheckResult(
        new EndpointId("a"),
        0,
        Kind.SLOT,
        CheckResult.Delay.NONE,
        outcome,
        Reason.NONE,
        detail,
        CheckResult.Answer.NONE,
        Set.of(flags));
  }

  /** A site chooses a part of the text, and a database takes no NUL. */
  @Test
  void detail_isOneLine() {
    assertThat(result(Outcome.DOWN, "a\r\nb\0c\u2028d\u0085e\t").detail()).isEqualTo("a b c d e");
  }

  @Test
  void detail_isBounded_betweenCharacters() {
    assertThat(result(Outcome.DOWN, "x".repeat(500)).detail()).isEqualTo("x".repeat(500));
    assertThat(result(Outcome.DOWN, "x".repeat(501)).detail()).isEqualTo("x".repeat(499) + "…");
    String emoji = new String(Character.toChars(0x1f600));
    assertThat(result(Outcome.DOWN, "x".repeat(498) + emoji.repeat(9)).detail())
        .isEqualTo("x".repeat(498) + "…");
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void result_counts_ifItMeasuredUndisturbed(Outcome outcome) {
    boolean isMeasured = Set.of(Outcome.UP, Outcome.DEGRADED, Outcome.DOWN).contains(outcome);
    assertThat(result(outcome, "").counts()).isEqualTo(isMeasured);
    assertThat(result(outcome, "", Flag.TRUNCATED).counts()).isEqualTo(isMeasured);
    assertThat(result(outcome, "", Flag.TAINTED).counts()).isFalse();
  }
}
