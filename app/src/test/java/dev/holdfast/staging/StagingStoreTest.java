package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.staging.StoreFixture.bytes;
import static dev.holdfast.staging.StoreFixture.content;
import static dev.holdfast.staging.StoreFixture.limits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StagingStoreTest {
  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void publishFetched_showsTheBytesUnderTheirDigest() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "body");
    assertThat(f.store().published(stored("a"))).hasValue(content("body"));
    assertThat(f.read("a")).isEqualTo("body");
  }

  @Test
  void spool_thatIsClosedUnfinished_leavesNoTrace() throws Exception {
    f.open(limits(10, 10));
    try (Spool spool = f.store().spoolWritten(-1, new ContentDigest())) {
      spool.write(bytes("half"), 0, 4);
    }
    assertThat(f.disk().names(StoreFixture.LAYOUT.incoming())).isEmpty();
    assertThat(f.store().published(stored("a"))).isEmpty();
  }

  @Test
  void stagePut_isNotSeenBeforeItIsShown() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "old");
    Pending.Put put = f.stagePut("a", "new");
    assertThat(f.read("a")).isEqualTo("old");
    f.show(put);
    assertThat(f.read("a")).isEqualTo("new");
    assertThat(f.store().pending(stored("a")).orElseThrow().visible()).isTrue();
  }

  @Test
  void stagePut_survivesAPowerCut_asSoonAsItReturns() throws Exception {
    f.open(limits(10, 10));
    f.stagePut("a", "new");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Put.class);
    assertThat(f.read("a")).isEqualTo("new");
  }

  @Test
  void stageDelete_survivesAPowerCut_andHidesAnEarlierPut() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stagePut("a", "new"));
    f.stageDelete("a");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Delete.class);
    assertThat(f.store().published(stored("a"))).isEmpty();
  }

  @Test
  void stagePut_afterADelete_winsAfterAPowerCut() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stageDelete("a"));
    f.show(f.stagePut("a", "again"));
    f.reopen(Left.SOME, "epoch");
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Put.class);
    assertThat(f.read("a")).isEqualTo("again");
  }

  @Test
  void settled_forgetsTheWrite_andKeepsTheFile() throws Exception {
    f.open(limits(10, 10));
    Pending.Put put = f.stagePut("a", "new");
    f.show(put);
    assertThat(f.settled(put)).isTrue();
    assertThat(f.store().allPending()).isEmpty();
    assertThat(f.read("a")).isEqualTo("new");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().allPending()).isEmpty();
  }

  @Test
  void settled_ofAnOlderWrite_leavesTheNewerPending() throws Exception {
    f.open(limits(10, 10));
    Pending.Put first = f.stagePut("a", "first");
    f.show(first);
    Pending.Put second = f.stagePut("a", "second");
    f.show(second);
    assertThat(f.settled(first)).isFalse();
    assertThat(f.store().pending(stored("a")).orElseThrow().version()).isEqualTo(second.version());
    assertThat(f.read("a")).isEqualTo("second");
  }

  @Test
  void show_ofAnOlderWrite_changesNothing() throws Exception {
    f.open(limits(10, 10));
    Pending.Put first = f.stagePut("a", "first");
    Pending.Put second = f.stagePut("a", "second");
    f.show(second);
    f.show(first);
    assertThat(f.read("a")).isEqualTo("second");
  }

  @Test
  void unstage_leavesWhatWasThereBefore() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "old");
    Pending.Put put = f.stagePut("a", "new");
    f.locked(stored("a"), () -> f.store().unstage(put));
    assertThat(f.store().allPending()).isEmpty();
    assertThat(f.read("a")).isEqualTo("old");
  }

  @Test
  void replacedWrite_keepsItsPlaceInTheQueue() throws Exception {
    f.open(limits(10, 10));
    f.stagePut("a", "first");
    f.passMs(500);
    Pending.Put second = f.stagePut("a", "second");
    assertThat(second.sinceMs()).isEqualTo(1_000_000);
  }

  @Test
  void keepBudget_sendsTheOldestCleanFileToCold_andThenOut() throws Exception {
    f.open(limits(2, 1));
    for (String name : List.of("a", "b", "c", "d")) {
      f.fetch(name, "body of " + name);
      f.store().keepBudget();
    }
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("c", "d");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).containsExactly("b");
  }

  @Test
  void keepBudget_neverTouchesAPendingWrite() throws Exception {
    f.open(limits(0, 0));
    f.show(f.stagePut("a", "pending"));
    f.fetch("b", "clean");
    f.store().keepBudget();
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("a");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).isEmpty();
  }

  @Test
  void lift_bringsAColdFileBack_asTheNewest() throws Exception {
    f.open(limits(2, 2));
    for (String name : List.of("a", "b", "c")) {
      f.fetch(name, name);
      f.store().keepBudget();
    }
    assertThat(f.store().isCold(stored("a"))).isTrue();
    f.locked(stored("a"), () -> assertThat(f.store().lift(stored("a"))).isTrue());
    f.store().keepBudget();
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("a", "c");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).containsExactly("b");
  }

  @Test
  void write_ofAColdName_leavesNoOldCopyInCold() throws Exception {
    f.open(limits(1, 5));
    f.fetch("a", "old");
    f.fetch("b", "b");
    f.store().keepBudget();
    assertThat(f.store().isCold(stored("a"))).isTrue();
    f.show(f.stagePut("a", "new"));
    assertThat(f.store().isCold(stored("a"))).isFalse();
    assertThat(f.read("a")).isEqualTo("new");
  }

  @Test
  void expireOlderThan_removesWhatCameEarlier_andNothingElse() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "a");
    f.show(f.stagePut("p", "pending"));
    f.passMs(1_000);
    f.fetch("b", "b");
    assertThat(f.store().expireOlderThan(500)).isEqualTo(1);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("b", "p");
  }

  @Test
  void open_keepsPublishedFiles_underTheSameEpoch() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "a");
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.read("a")).isEqualTo("a");
  }

  @Test
  void open_dropsPublishedFiles_underAnotherEpoch_butNotThoseOfOthers() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "a");
    f.fetch("other", "of another sidecar");
    f.reopen(Left.EVERYTHING, "another");
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("other");
    assertThat(f.disk().names(StoreFixture.layout("another").published())).isEmpty();
  }

  @Test
  void open_dropsWhatAColdFileWas() throws Exception {
    f.open(limits(1, 5));
    f.fetch("a", "a");
    f.fetch("b", "b");
    f.store().keepBudget();
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.store().isCold(stored("a"))).isFalse();
  }

  @Test
  void open_leavesColdFilesOfOthers() throws Exception {
    f.open(limits(1, 5));
    f.fetch("other", "of another sidecar");
    f.fetch("b", "b");
    f.store().keepBudget();
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).containsExactly("other");
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).containsExactly("other");
  }

  /** Where a ring has changed, the one before may have put it there. */
  @Test
  void write_ofANameThatIsColdUnbeknown_leavesNoOldCopyInCold() throws Exception {
    f.open(limits(5, 5));
    for (String name : List.of("put", "deleted", "fetched")) {
      try (NewFile old = f.disk().create(StoreFixture.LAYOUT.cold().resolve(name))) {
        old.write(ByteBuffer.wrap(bytes("old")));
      }
    }
    f.show(f.stagePut("put", "new"));
    f.show(f.stageDelete("deleted"));
    f.fetch("fetched", "new");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).isEmpty();
  }

  /** An earlier version kept cold files in the sidecar's own directory. */
  @Test
  void open_dropsColdFilesOfAnEarlierVersion() throws Exception {
    f.open(limits(5, 5));
    f.disk().createDirectories(StoreFixture.LAYOUT.ownCold());
    try (NewFile old = f.disk().create(StoreFixture.LAYOUT.ownCold().resolve("a"))) {
      old.write(ByteBuffer.wrap(bytes("old")));
    }
    f.reopen(Left.EVERYTHING, "epoch");
    assertThat(f.disk().names(StoreFixture.LAYOUT.ownCold())).isEmpty();
  }

  @Test
  void open_twice_isRefused() throws Exception {
    f.open(limits(10, 10));
    assertThatThrownBy(() -> f.openStore(limits(10, 10), "epoch"))
        .isInstanceOf(StoreLockedException.class)
        .hasMessageContaining("in use by another sidecar");
  }
}
