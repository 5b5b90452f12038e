package dev.holdfast.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.FailingRemovals;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StagingStoreTest {
  private static final Path VOLUME = Path.of("/volume");
  private static final String SIDECAR = "sidecar-1";
  private static final Layout LAYOUT = Layout.of(VOLUME, SIDECAR);
  private static final Random RANDOM = new Random(1);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final FailingRemovals failing = new FailingRemovals(disk);
  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private StagingStore store;

  @AfterEach
  void check() throws IOException {
    if (store != null) {
      StoreChecker.check(disk, VOLUME, SIDECAR, store);
    }
  }

  @Test
  void publishFetched_showsTheBytesUnderTheirDigest() throws Exception {
    open(limits(10, 10));
    fetch("a", "body");
    assertThat(store.published("a")).hasValue(content("body"));
    assertThat(read("a")).isEqualTo("body");
  }

  @Test
  void spool_thatIsClosedUnfinished_leavesNoTrace() throws Exception {
    open(limits(10, 10));
    try (Spool spool = store.spoolWritten(-1)) {
      spool.write(bytes("half"), 0, 4);
    }
    assertThat(disk.names(LAYOUT.incoming())).isEmpty();
    assertThat(store.published("a")).isEmpty();
  }

  @Test
  void stagePut_isNotSeenBeforeItIsShown() throws Exception {
    open(limits(10, 10));
    fetch("a", "old");
    Pending.Put put = stagePut("a", "new");
    assertThat(read("a")).isEqualTo("old");
    show(put);
    assertThat(read("a")).isEqualTo("new");
    assertThat(store.pending("a").orElseThrow().visible()).isTrue();
  }

  @Test
  void stagePut_survivesAPowerCut_asSoonAsItReturns() throws Exception {
    open(limits(10, 10));
    stagePut("a", "new");
    reopen(Left.NOTHING, "epoch");
    assertThat(store.pending("a").orElseThrow()).isInstanceOf(Pending.Put.class);
    assertThat(read("a")).isEqualTo("new");
  }

  @Test
  void stageDelete_survivesAPowerCut_andHidesAnEarlierPut() throws Exception {
    open(limits(10, 10));
    show(stagePut("a", "new"));
    stageDelete("a");
    reopen(Left.NOTHING, "epoch");
    assertThat(store.pending("a").orElseThrow()).isInstanceOf(Pending.Delete.class);
    assertThat(store.published("a")).isEmpty();
  }

  @Test
  void stagePut_afterADelete_winsAfterAPowerCut() throws Exception {
    open(limits(10, 10));
    show(stageDelete("a"));
    show(stagePut("a", "again"));
    reopen(Left.SOME, "epoch");
    assertThat(store.pending("a").orElseThrow()).isInstanceOf(Pending.Put.class);
    assertThat(read("a")).isEqualTo("again");
  }

  @Test
  void settled_forgetsTheWrite_andKeepsTheFile() throws Exception {
    open(limits(10, 10));
    Pending.Put put = stagePut("a", "new");
    show(put);
    assertThat(settled(put)).isTrue();
    assertThat(store.allPending()).isEmpty();
    assertThat(read("a")).isEqualTo("new");
    reopen(Left.NOTHING, "epoch");
    assertThat(store.allPending()).isEmpty();
  }

  @Test
  void settled_whoseForceFails_isOver_andIsForgottenByTheNextCall() throws Exception {
    open(limits(10, 10));
    Pending.Put put = stagePut("a", "new");
    show(put);
    failing.failOnce("pending/put");
    assertThatThrownBy(() -> settled(put)).isInstanceOf(IOException.class);
    assertThat(store.isOver(put)).isTrue();
    assertThat(settled(put)).isTrue();
    assertThat(store.allPending()).isEmpty();
    assertThat(read("a")).isEqualTo("new");
    reopen(Left.NOTHING, "epoch");
    assertThat(store.allPending()).isEmpty();
  }

  /** What was removed and not forced comes back with a power cut, and would win over the delete. */
  @Test
  void stageDelete_afterAPutWhoseRemovalWasNotForced_winsAfterAPowerCut() throws Exception {
    open(limits(10, 10));
    Pending.Put put = stagePut("a", "new");
    show(put);
    failing.failOnce("pending/put");
    assertThatThrownBy(() -> settled(put)).isInstanceOf(IOException.class);
    stageDelete("a");
    reopen(Left.NOTHING, "epoch");
    assertThat(store.pending("a").orElseThrow()).isInstanceOf(Pending.Delete.class);
  }

  /** The same with a marker, which would come back when the put is settled. */
  @Test
  void settledPut_afterADeleteWhoseRemovalWasNotForced_isNotUndoneByAPowerCut() throws Exception {
    open(limits(10, 10));
    Pending.Delete delete = stageDelete("a");
    show(delete);
    failing.failOnce("pending/delete");
    assertThatThrownBy(() -> settled(delete)).isInstanceOf(IOException.class);
    Pending.Put put = stagePut("a", "new");
    show(put);
    assertThat(settled(put)).isTrue();
    reopen(Left.NOTHING, "epoch");
    assertThat(store.allPending()).isEmpty();
  }

  /** A put that fails after its body is staged is settled; the marker before it must be gone. */
  @Test
  void settledPut_thatFailedBeforeItRemovedTheMarker_leavesNone() throws Exception {
    open(limits(10, 10));
    show(stageDelete("a"));
    failing.failOnce("pending/delete");
    assertThatThrownBy(() -> stagePut("a", "new")).isInstanceOf(IOException.class);
    Pending put = store.pending("a").orElseThrow();
    show(put);
    assertThat(settled(put)).isTrue();
    reopen(Left.NOTHING, "epoch");
    assertThat(store.allPending()).isEmpty();
  }

  @Test
  void settled_ofAnOlderWrite_leavesTheNewerPending() throws Exception {
    open(limits(10, 10));
    Pending.Put first = stagePut("a", "first");
    show(first);
    Pending.Put second = stagePut("a", "second");
    show(second);
    assertThat(settled(first)).isFalse();
    assertThat(store.pending("a").orElseThrow().version()).isEqualTo(second.version());
    assertThat(read("a")).isEqualTo("second");
  }

  @Test
  void show_ofAnOlderWrite_changesNothing() throws Exception {
    open(limits(10, 10));
    Pending.Put first = stagePut("a", "first");
    Pending.Put second = stagePut("a", "second");
    show(second);
    show(first);
    assertThat(read("a")).isEqualTo("second");
  }

  @Test
  void unstage_leavesWhatWasThereBefore() throws Exception {
    open(limits(10, 10));
    fetch("a", "old");
    Pending.Put put = stagePut("a", "new");
    locked("a", () -> store.unstage(put));
    assertThat(store.allPending()).isEmpty();
    assertThat(read("a")).isEqualTo("old");
  }

  @Test
  void replacedWrite_keepsItsPlaceInTheQueue() throws Exception {
    open(limits(10, 10));
    stagePut("a", "first");
    nowMs.addAndGet(500);
    Pending.Put second = stagePut("a", "second");
    assertThat(second.sinceMs()).isEqualTo(1_000_000);
  }

  @Test
  void keepBudget_sendsTheOldestCleanFileToCold_andThenOut() throws Exception {
    open(limits(2, 1));
    for (String name : List.of("a", "b", "c", "d")) {
      fetch(name, "body of " + name);
      store.keepBudget();
    }
    assertThat(disk.names(LAYOUT.published())).containsExactly("c", "d");
    assertThat(disk.names(LAYOUT.cold())).containsExactly("b");
  }

  @Test
  void keepBudget_neverTouchesAPendingWrite() throws Exception {
    open(limits(0, 0));
    show(stagePut("a", "pending"));
    fetch("b", "clean");
    store.keepBudget();
    assertThat(disk.names(LAYOUT.published())).containsExactly("a");
    assertThat(disk.names(LAYOUT.cold())).isEmpty();
  }

  @Test
  void lift_bringsAColdFileBack_asTheNewest() throws Exception {
    open(limits(2, 2));
    for (String name : List.of("a", "b", "c")) {
      fetch(name, name);
      store.keepBudget();
    }
    assertThat(store.isCold("a")).isTrue();
    locked("a", () -> assertThat(store.lift("a")).isTrue());
    store.keepBudget();
    assertThat(disk.names(LAYOUT.published())).containsExactly("a", "c");
    assertThat(disk.names(LAYOUT.cold())).containsExactly("b");
  }

  @Test
  void write_ofAColdName_leavesNoOldCopyInCold() throws Exception {
    open(limits(1, 5));
    fetch("a", "old");
    fetch("b", "b");
    store.keepBudget();
    assertThat(store.isCold("a")).isTrue();
    show(stagePut("a", "new"));
    assertThat(store.isCold("a")).isFalse();
    assertThat(read("a")).isEqualTo("new");
  }

  @Test
  void expireOlderThan_removesWhatCameEarlier_andNothingElse() throws Exception {
    open(limits(10, 10));
    fetch("a", "a");
    show(stagePut("p", "pending"));
    nowMs.addAndGet(1_000);
    fetch("b", "b");
    assertThat(store.expireOlderThan(500)).isEqualTo(1);
    assertThat(disk.names(LAYOUT.published())).containsExactly("b", "p");
  }

  @Test
  void open_keepsPublishedFiles_underTheSameEpoch() throws Exception {
    open(limits(10, 10));
    fetch("a", "a");
    reopen(Left.EVERYTHING, "epoch");
    assertThat(read("a")).isEqualTo("a");
  }

  @Test
  void open_dropsPublishedFiles_underAnotherEpoch_butNotThoseOfOthers() throws Exception {
    open(limits(10, 10));
    fetch("a", "a");
    fetch("other", "of another sidecar");
    reopen(Left.EVERYTHING, "another");
    assertThat(disk.names(LAYOUT.published())).containsExactly("other");
  }

  @Test
  void open_dropsWhatAColdFileWas() throws Exception {
    open(limits(1, 5));
    fetch("a", "a");
    fetch("b", "b");
    store.keepBudget();
    reopen(Left.EVERYTHING, "epoch");
    assertThat(store.isCold("a")).isFalse();
  }

  @Test
  void open_twice_isRefused() throws Exception {
    open(limits(10, 10));
    assertThatThrownBy(() -> openStore(limits(10, 10), "epoch"))
        .isInstanceOf(StoreLockedException.class)
        .hasMessageContaining("in use by another sidecar");
  }

  @Test
  void spoolWritten_beyondTheRoom_isRefused_untilRoomIsGivenBack() throws Exception {
    open(new StagingLimits(10, 5, 0, 0, 100, 10, 100, 10));
    Pending.Put put = stagePut("a", "12345678");
    assertThatThrownBy(() -> store.spoolWritten(3)).isInstanceOf(NoRoomException.class);
    show(put);
    settled(put);
    store.spoolWritten(3).close();
  }

  @Test
  void spoolWritten_ofUnknownLength_isRefusedWhenItGrowsTooLong() throws Exception {
    open(new StagingLimits(10, 5, 0, 0, 100, 10, 100, 10));
    try (Spool spool = store.spoolWritten(-1)) {
      spool.write(new byte[10], 0, 10);
      assertThatThrownBy(() -> spool.write(new byte[1], 0, 1)).isInstanceOf(NoRoomException.class);
    }
    store.spoolWritten(10).close();
  }

  @Test
  void room_isHeldOnceByAReplacedWrite() throws Exception {
    open(new StagingLimits(10, 5, 0, 0, 100, 10, 100, 10));
    stagePut("a", "1234");
    stagePut("a", "12345");
    store.spoolWritten(5).close();
    assertThatThrownBy(() -> store.spoolWritten(6)).isInstanceOf(NoRoomException.class);
  }

  @Test
  void spool_onANearlyFullDisk_isRefused() throws Exception {
    open(new StagingLimits(1000, 5, 0, 500, 100, 10, 100, 10));
    disk.usableBytes(600);
    store.spoolWritten(100).close();
    assertThatThrownBy(() -> store.spoolWritten(101))
        .isInstanceOf(NoRoomException.class)
        .hasMessageContaining("nearly full");
  }

  @Test
  void spool_onANearlyFullDisk_takesTheRoomOfWhatTheOriginHas_andOfNothingElse() throws Exception {
    open(limits(10, 10));
    fetch("clean", "clean");
    Pending.Put put = stagePut("pending", "pending");
    show(put);
    store.close();
    store = openStore(new StagingLimits(1000, 5, 0, 500, 100, 10, 100, 10), "epoch");
    disk.usableBytes(400);
    assertThatThrownBy(() -> store.spoolWritten(1)).isInstanceOf(NoRoomException.class);
    assertThat(disk.names(LAYOUT.published())).containsExactly("pending");
    assertThat(disk.names(LAYOUT.cold())).isEmpty();
  }

  private static StagingLimits limits(int publishedFilesMax, int coldFilesMax) {
    return new StagingLimits(
        1_000_000, 100, 0, 0, 1_000_000, publishedFilesMax, 1_000_000, coldFilesMax);
  }

  private void open(StagingLimits limits) throws IOException {
    store = openStore(limits, "epoch");
  }

  private void reopen(Left left, String epoch) throws IOException {
    disk.restart(left, RANDOM);
    store = openStore(limits(10, 10), epoch);
  }

  private StagingStore openStore(StagingLimits limits, String epoch) throws IOException {
    return StagingStore.open(
        failing,
        VOLUME,
        SIDECAR,
        limits,
        () -> Instant.ofEpochMilli(nowMs.get()),
        new Meters(new SimpleMeterRegistry()),
        epoch,
        name -> !name.equals("other"));
  }

  private void fetch(String name, String body) throws Exception {
    try (Spool spool = store.spoolFetched()) {
      spool.write(bytes(body), 0, bytes(body).length);
      spool.finish();
      locked(name, () -> store.publishFetched(name, spool));
    }
  }

  private Pending.Put stagePut(String name, String body) throws Exception {
    try (Spool spool = store.spoolWritten(bytes(body).length)) {
      spool.write(bytes(body), 0, bytes(body).length);
      spool.finishForced();
      var staged = new Pending.Put[1];
      locked(name, () -> staged[0] = store.stagePut(name, spool));
      return staged[0];
    }
  }

  private Pending.Delete stageDelete(String name) throws Exception {
    var staged = new Pending.Delete[1];
    locked(name, () -> staged[0] = store.stageDelete(name, store.reserveDelete()));
    return staged[0];
  }

  private void show(Pending write) throws Exception {
    locked(write.name(), () -> store.show(write));
  }

  private boolean settled(Pending write) throws Exception {
    var settled = new boolean[1];
    locked(write.name(), () -> settled[0] = store.settled(write));
    return settled[0];
  }

  private interface Step {
    void run() throws Exception;
  }

  private void locked(String name, Step step) throws Exception {
    var lock = store.lock(name);
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }

  private String read(String name) throws IOException {
    try (InputStream in = store.openPublished(name).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Content content(String body) {
    return StoreChecker.contentOf(bytes(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
