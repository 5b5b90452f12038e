package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.GotCorrupt;
import dev.holdfast.testkit.Operation.Put;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final AtomicLong clock = new AtomicLong();
  private final History history = new History("name", clock::incrementAndGet);

  @Test
  void endedOperations_haveBothTimes() {
    History.Write put = history.put(1, "a");
    History.Read get = history.get(2);
    get.got("a");
    put.done();
    history.delete(3).done();
    history.get(4).gotAbsent();
    history.get(5).gotCorrupt("half");
    assertThat(history.operations())
        .containsExactlyInAnyOrder(
            new Operation(1, new Put("a"), 1, 4),
            new Operation(2, new Got("a"), 2, 3),
            new Operation(3, new Delete(), 5, 6),
            new Operation(4, new GotAbsent(), 7, 8),
            new Operation(5, new GotCorrupt("half"), 9, 10));
  }

  @Test
  void writesLeftOpen_areOfUnknownOutcome_readsAreLeftOut() {
    history.put(1, "a");
    history.delete(2);
    history.get(3);
    assertThat(history.operations())
        .containsExactlyInAnyOrder(
            new Operation(1, new Put("a"), 1, Operation.NEVER),
            new Operation(2, new Delete(), 2, Operation.NEVER));
  }

  @Test
  void refusedWrite_leavesTheHistory() {
    history.put(1, "a").refused();
    assertThat(history.operations()).isEmpty();
  }

  @Test
  void writeEndedTwice_isAMistake() {
    History.Write put = history.put(1, "a");
    put.done();
    assertThatIllegalStateException().isThrownBy(put::refused);
    assertThat(history.operations()).hasSize(1);
  }
}
