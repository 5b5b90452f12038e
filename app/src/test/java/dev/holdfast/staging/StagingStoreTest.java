package dev.holdfast.staging;

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
    assertThat(f.store().published("a")).hasValue(content("body"));
    assertThat(f.read("a")).isEqualTo("body");
  }

  @Test
  void spool_thatIsClosedUnfinished_leavesNoTrace() throws Exception {
    f.open(limits(10, 10));
    try (Spool spool = f.store().spoolWritten(-1, new ContentDigest())) {
      spool.write(bytes("half"), 0, 4);
    }
    assertThat(f.disk().names(StoreFixture.LAYOUT.incoming())).isEmpty();
    assertThat(f.store().published("a")).isEmpty();
  }

  @Test
  void stagePut_isNotSeenBeforeItIsShown() throws Exception {
    f.open(limits(10, 10));
    f.fetch("a", "old");
    Pending.Put put = f.stagePut("a", "new");
    assertThat(f.read("a")).isEqualTo("old");
    f.show(put);
    assertThat(f.read("a")).isEqualTo("new");
    assertThat(f.store().pending("a").orElseThrow().visible()).isTrue();
  }

  @Test
  void stagePut_survivesAPowerCut_asSoonAsItReturns() throws Exception {
    f.open(limits(10, 10));
    f.stagePut("a", "new");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().pending("a").orElseThrow()).isInstanceOf(Pending.Put.class);
    assertThat(f.read("a")).isEqualTo("new");
  }

  @Test
  void stageDelete_survivesAPowerCut_andHidesAnEarlierPut() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stagePut("a", "new"));
    f.stageDelete("a");
    f.reopen(Left.NOTHING, "epoch");
    assertThat(f.store().pending("a").orElseThrow()).isInstanceOf(Pending.Delete.class);
    assertThat(f.store().published("a")).isEmpty();
  }

  @Test
  void stagePut_afterADelete_winsAfterAPowerCut() throws Exception {
    f.open(limits(10, 10));
    f.show(f.stageDelete("a"));
    f.show(f.stagePut("a", "again"));
    f.reopen(Left.SOME, "epoch");
    assertThat(f.store().pending("a").orElseThrow()).isInstanceOf(Pending.Put.class);
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
    assertThat(f.store().pending("a").orElseThrow().version()).isEqualTo(second.version());
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
    f.locked("a", () -> f.store().unstage(put));
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
    assertThat(f.store().isCold("a")).isTrue();
    f.locked("a", () -> assertThat(f.store().lift("a")).isTrue());
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
    assertThat(f.store().isCold("a")).isTrue();
    f.show(f.stagePut("a", "new"));
    assertThat(f.store().isCold("a")).isFalse();
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
    assertThat(f.store().isCold("a")).isFalse();
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

  @Test
  void spoolWritten_beyondTheRoom_isRefused_untilRoomIsGivenBack() throws Exception {
    f.open(new StagingLimits(10, 5, 0, 0, 100, 10, 100, 10));
    Pending.Put put = f.stagePut("a", "12345678");
    assertThatThrownBy(() -> f.store().spoolWritten(3, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    f.show(put);
    f.settled(put);
    f.store().spoolWritten(3, new ContentDigest()).close();
  }

  @Test
  void announcedBodies_takeNoRoom_beforeTheirBytesCome() throws Exception {
    f.open(new StagingLimits(10, 10, 5, 0, 0, 100, 10, 100, 10));
    try (Spool idle = f.store().spoolWritten(10, new ContentDigest());
        Spool another = f.store().spoolWritten(10, new ContentDigest())) {
      f.settled(f.stagePut("a", "1234567890"));
      idle.write(new byte[10], 0, 10);
      assertThatThrownBy(() -> another.write(new byte[1], 0, 1))
          .isInstanceOf(NoRoomException.class)
          .hasMessageContaining("coming in");
    }
    f.settled(f.stagePut("a", "1234567890"));
  }

  @Test
  void bodiesThatComeIn_andPendingWrites_haveBoundsOfTheirOwn() throws Exception {
    f.open(new StagingLimits(10, 20, 5, 0, 0, 100, 10, 100, 10));
    Pending.Put first = f.stagePut("a", "1234567890");
    Pending.Put second = f.stagePut("b", "123456789");
    try (Spool one = f.store().spoolWritten(1, new ContentDigest());
        Spool other = f.store().spoolWritten(1, new ContentDigest())) {
      one.write(new byte[1], 0, 1);
      other.write(new byte[1], 0, 1);
      one.finishForced();
      assertThatThrownBy(other::finishForced)
          .isInstanceOf(NoRoomException.class)
          .hasMessageContaining("waits to reach");
      assertThat(f.store().pendingBytes()).isEqualTo(20);
    }
    assertThat(f.store().pendingBytes()).isEqualTo(19);
    f.settled(first);
    f.settled(second);
    assertThat(f.store().pendingBytes()).isZero();
  }

  @Test
  void bodyThatIsLongerThanABound_isRefusedAtOnce() throws Exception {
    f.open(new StagingLimits(10, 20, 5, 600_000, 0, 100, 10, 100, 10));
    assertThatThrownBy(() -> f.store().spoolWritten(11, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    f.store().close();
    f.open(new StagingLimits(20, 10, 5, 600_000, 0, 100, 10, 100, 10));
    assertThatThrownBy(() -> f.store().spoolWritten(11, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    try (Spool unknown = f.store().spoolWritten(-1, new ContentDigest())) {
      assertThatThrownBy(() -> unknown.write(new byte[11], 0, 11))
          .isInstanceOf(NoRoomException.class);
    }
  }

  @Test
  void spoolWritten_ofUnknownLength_isRefusedWhenItGrowsTooLong() throws Exception {
    f.open(new StagingLimits(10, 5, 0, 0, 100, 10, 100, 10));
    try (Spool spool = f.store().spoolWritten(-1, new ContentDigest())) {
      spool.write(new byte[10], 0, 10);
      assertThatThrownBy(() -> spool.write(new byte[1], 0, 1)).isInstanceOf(NoRoomException.class);
    }
    f.store().spoolWritten(10, new ContentDigest()).close();
  }

  @Test
  void room_isHeldOnceByAReplacedWrite() throws Exception {
    f.open(new StagingLimits(10, 5, 0, 0, 100, 10, 100, 10));
    f.stagePut("a", "1234");
    f.stagePut("a", "12345");
    f.store().spoolWritten(5, new ContentDigest()).close();
    assertThatThrownBy(() -> f.store().spoolWritten(6, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
  }

  @Test
  void spool_onANearlyFullDisk_isRefused() throws Exception {
    f.open(new StagingLimits(1000, 5, 0, 500, 100, 10, 100, 10));
    f.disk().usableBytes(600);
    write(100);
    assertThatThrownBy(() -> write(101))
        .isInstanceOf(NoRoomException.class)
        .hasMessageContaining("nearly full");
    f.disk().usableBytes(499);
    assertThatThrownBy(() -> f.store().spoolWritten(1, new ContentDigest()))
        .isInstanceOf(NoRoomException.class)
        .hasMessageContaining("nearly full");
  }

  @Test
  void spool_onANearlyFullDisk_takesTheRoomOfWhatTheOriginHas_andOfNothingElse() throws Exception {
    f.open(limits(10, 10));
    f.fetch("clean", "clean");
    Pending.Put put = f.stagePut("pending", "pending");
    f.show(put);
    f.store().close();
    f.open(new StagingLimits(1000, 5, 0, 500, 100, 10, 100, 10));
    f.disk().usableBytes(400);
    assertThatThrownBy(() -> f.store().spoolWritten(1, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("pending");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).isEmpty();
  }

  @Test
  void spool_onANearlyFullDisk_evictsWhatIsNeeded_andNoMore() throws Exception {
    f.open(new StagingLimits(1000, 5, 0, 500, 1000, 10, 1000, 10));
    f.disk().usableNowBytes(1000);
    for (String name : List.of("a", "b", "c")) {
      f.fetch(name, "x".repeat(100));
    }
    f.store().spoolWritten(1000, new ContentDigest()).close();
    write(200);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("a", "b", "c");
    write(201);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("b", "c");
    f.store().spoolIfRoom(400, new ContentDigest()).orElseThrow().close();
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("c");
  }

  @Test
  void fetch_onANearlyFullDisk_evictsWhatIsNeeded_andNoMore() throws Exception {
    f.open(new StagingLimits(1000, 5, 0, 500, 1000, 10, 1000, 10));
    f.disk().usableNowBytes(1000);
    for (String name : List.of("a", "b", "c", "d", "e")) {
      f.fetch(name, "x".repeat(101)); // the last one when 404 are used
    }
    f.fetch("f", "");
    assertThat(f.disk().names(StoreFixture.LAYOUT.published()))
        .containsExactly("b", "c", "d", "e", "f");
  }

  @Test
  void fetch_thatGrows_evictsAsItDoes() throws Exception {
    f.open(new StagingLimits(1000, 5, 0, 500, 1000, 10, 1000, 10));
    f.disk().usableNowBytes(1000);
    for (String name : List.of("a", "b", "c", "d")) {
      f.fetch(name, "x".repeat(100));
    }
    try (Spool spool = f.store().spoolFetched(new ContentDigest())) {
      for (int i = 0; i < 5; i++) {
        spool.write(new byte[100], 0, 100);
      }
      assertThat(f.disk().names(StoreFixture.LAYOUT.published())).isEmpty();
      assertThatThrownBy(() -> spool.write(new byte[1], 0, 1)).isInstanceOf(NoRoomException.class);
    }
    f.fetch("e", "x".repeat(500));
  }

  /** A body of so many bytes, which is dropped. */
  private void write(int bytes) throws Exception {
    try (Spool spool = f.store().spoolWritten(bytes, new ContentDigest())) {
      spool.write(new byte[bytes], 0, bytes);
    }
  }
}
