package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.staging.StoreFixture.limits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was removed and could not be forced must not come back with a power cut. */
class StagingStoreRemovalsTest {
  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void settled_whoseForceFails_isOver_andIsForgottenByTheNextCall() throws Exception {
    f.open(limits(10, 10));
    Pending.Put put = f.stagePut("a", "new");
    f.show(put);
    f.failing().failOnce("writes");
    assertThatThrownBy(() -> f.settled(put)).isInstanceOf(IOException.class);
    assertThat(f.store().isOver(put)).isTrue();
    assertThat(f.settled(put)).isTrue();
    assertThat(f.store().allPending()).isEmpty();
    assertThat(f.read("a")).isEqualTo("new");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().allPending()).isEmpty();
  }

  /** What was removed and not forced comes back with a power cut, and would win over the delete. */
  @Test
  void stageDelete_afterAPutWhoseRemovalWasNotForced_winsAfterAPowerCut() throws Exception {
    f.open(limits(10, 10));
    Pending.Put put = f.stagePut("a", "new");
    f.show(put);
    f.failing().failOnce("writes");
    assertThatThrownBy(() -> f.settled(put)).isInstanceOf(IOException.class);
    f.stageDelete("a");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Delete.class);
  }

  /** The same with a marker, which would come back when the put is settled. */
  @Test
  void settledPut_afterADeleteWhoseRemovalWasNotForced_isNotUndoneByAPowerCut() throws Exception {
    f.open(limits(10, 10));
    Pending.Delete delete = f.stageDelete("a");
    f.show(delete);
    f.failing().failOnce("writes");
    assertThatThrownBy(() -> f.settled(delete)).isInstanceOf(IOException.class);
    Pending.Put put = f.stagePut("a", "new");
    f.show(put);
    assertThat(f.settled(put)).isTrue();
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().allPending()).isEmpty();
  }

  /** The marker's removal is forced before the put's: else it would be taken for the newest. */
  @Test
  void settledPut_afterADeleteThatItReplaced_leavesNoMarker() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stageDelete("a"));
    f.failing().failOnce("writes");
    Pending.Put put = f.stagePut("a", "new"); // removes the marker
    f.show(put);
    assertThatThrownBy(() -> f.settled(put)).isInstanceOf(IOException.class);
    assertThat(f.settled(put)).isTrue();
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().allPending()).isEmpty();
  }
}
