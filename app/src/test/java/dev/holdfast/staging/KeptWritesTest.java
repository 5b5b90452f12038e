package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.staging.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk.Left;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A settled write stays recoverable until it is let go. */
class KeptWritesTest {
  private static final Keeping KEEPING =
      Keeping.DEFAULT.withMs(1_000).withBytesMax(100).withCountMax(3);
  private static final StagingLimits LIMITS = StoreFixture.limits(10, 10).withKeeping(KEEPING);

  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void settled_isKept_andSurvivesAPowerCutAsPending() throws Exception {
    f.open(LIMITS);
    settlePut("a", "body");
    assertThat(f.store().kept().of(stored("a"))).isPresent();
    assertThat(f.store().pendingCount()).isZero();
    f.boot = "another";
    f.reopen(Left.NOTHING, "another", LIMITS);
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Put.class);
    assertThat(f.read("a")).isEqualTo("body");
  }

  @Test
  void kept_staysKept_overAStartUnderTheSameKernel() throws Exception {
    f.open(LIMITS);
    settlePut("a", "body");
    settleDelete("b");
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.store().recovered().kept()).isEqualTo(2);
    assertThat(f.store().kept().all())
        .extracting(Kept::name)
        .containsExactlyInAnyOrder(stored("a"), stored("b"));
    assertThat(f.read("a")).isEqualTo("body");
  }

  @Test
  void leave_makesTheFileClean_andNothingComesBack() throws Exception {
    f.open(LIMITS);
    settlePut("a", "body");
    f.store().kept().leave(f.store().kept().all());
    f.store().kept().forceRemovals();
    assertThat(f.read("a")).isEqualTo("body");
    f.reopen(Left.NOTHING, "epoch", LIMITS);
    assertThat(f.store().hasWrite(stored("a"))).isFalse();
  }

  @Test
  void kept_isNotEvicted() throws Exception {
    f.open(StoreFixture.limits(0, 0).withKeeping(KEEPING));
    settlePut("a", "body");
    f.store().keepBudget();
    assertThat(f.read("a")).isEqualTo("body");
    f.store().kept().leave(f.store().kept().all());
    f.store().keepBudget();
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).isEmpty();
  }

  @Test
  void newerWrite_thatIsShown_takesItsPlace() throws Exception {
    f.open(LIMITS);
    settlePut("a", "old");
    f.show(f.stageDelete("a"));
    assertThat(f.store().kept().of(stored("a"))).isEmpty();
    f.reopen(Left.SOME, "epoch", LIMITS);
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Delete.class);
  }

  @Test
  void newerWrite_thatIsTakenBack_leavesIt() throws Exception {
    f.open(LIMITS);
    settlePut("a", "old");
    Pending.Put refused = f.stagePut("a", "refused");
    f.locked(stored("a"), () -> f.store().unstage(refused));
    assertThat(f.store().kept().of(stored("a"))).isPresent();
    f.boot = "another";
    f.reopen(Left.NOTHING, "another", LIMITS);
    assertThat(f.read("a")).isEqualTo("old");
  }

  @Test
  void again_makesItPending() throws Exception {
    f.open(LIMITS);
    settlePut("a", "body");
    Kept kept = f.store().kept().of(stored("a")).orElseThrow();
    f.locked(stored("a"), () -> assertThat(f.store().kept().again(kept)).isPresent());
    assertThat(f.store().kept().of(stored("a"))).isEmpty();
    assertThat(f.store().pendingBytes()).isEqualTo(4);
    assertThat(f.read("a")).isEqualTo("body");
  }

  @Test
  void bound_inNumber_letsTheOldestLeaveEarly() throws Exception {
    f.open(LIMITS);
    for (String name : List.of("a", "b", "c", "d")) {
      settlePut(name, name);
      f.store().keepBudget();
    }
    assertThat(f.store().kept().all())
        .extracting(Kept::name)
        .containsExactlyInAnyOrder(stored("b"), stored("c"), stored("d"));
    assertThat(f.read("a")).isEqualTo("a");
  }

  @Test
  void bound_inBytes_letsTheOldestLeaveEarly() throws Exception {
    f.open(LIMITS);
    settlePut("a", "x".repeat(60));
    settlePut("b", "x".repeat(60));
    f.store().keepBudget();
    assertThat(f.store().kept().all()).extracting(Kept::name).containsExactly(stored("b"));
  }

  @Test
  void strict_letsNothingLeave_andTakesNoNewWriteUntilSomethingHasLeft() throws Exception {
    f.open(StoreFixture.limits(10, 10).withKeeping(KEEPING.withStrict(true)));
    for (String name : List.of("a", "b", "c", "d")) {
      settlePut(name, name);
      f.store().keepBudget();
    }
    assertThat(f.store().kept().count()).isEqualTo(4);
    assertThatThrownBy(() -> f.store().spoolWritten(1, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    assertThat(f.store().reserveDeleteIfRoom()).isEmpty();
    f.store().kept().leave(List.of(f.store().kept().of(stored("a")).orElseThrow()));
    settlePut("e", "e");
  }

  @Test
  void nearlyFullDisk_letsTheOldestLeaveEarly() throws Exception {
    f.open(
        StoreFixture.SMALL
            .withPendingCountMax(10)
            .withDiskFreeBytesMin(500)
            .withPublishedBytesMax(1_000)
            .withColdBytesMax(1_000)
            .withKeeping(Keeping.DEFAULT.withMs(1_000).withBytesMax(1_000).withCountMax(100)));
    f.disk().usableNowBytes(1_000);
    settlePut("a", "x".repeat(400));
    try (Spool spool = f.store().spoolWritten(400, new ContentDigest())) {
      spool.write(new byte[400], 0, 400);
    }
    assertThat(f.store().kept().of(stored("a"))).isEmpty();
  }

  /** Its stored name does not fit into the name of an entry, beside the version. */
  @Test
  void longName_survivesEveryStateOfIt() throws Exception {
    String name = "~a~2F" + "n".repeat(250);
    f.open(LIMITS);
    Pending.Put put = f.stagePut(name, "body");
    f.reopen(Left.NOTHING, "epoch", LIMITS);
    assertThat(f.read(name)).isEqualTo("body");
    f.settled(f.store().pending(stored(name)).orElseThrow());
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.store().kept().of(stored(name)).orElseThrow().version()).isEqualTo(put.version());
    f.show(f.stageDelete(name));
    f.settled(f.store().pending(stored(name)).orElseThrow());
    f.store().kept().leave(f.store().kept().all());
    f.store().kept().forceRemovals();
    f.reopen(Left.NOTHING, "epoch", LIMITS);
    assertThat(f.disk().names(StoreFixture.LAYOUT.writes())).isEmpty();
  }

  /** A rename that a crash has left half done shows an entry twice. */
  @Test
  void longName_whoseEntryIsThereTwice_survivesTwoStarts() throws Exception {
    String name = "~a~2F" + "n".repeat(250);
    f.open(LIMITS);
    f.show(f.stagePut(name, "body"));
    String pending =
        f.disk().names(StoreFixture.LAYOUT.writes()).stream()
            .filter(file -> file.startsWith("p"))
            .findFirst()
            .orElseThrow();
    Path writes = StoreFixture.LAYOUT.writes();
    f.disk().link(writes.resolve("k" + pending.substring(1)), writes.resolve(pending));
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.store().pending(stored(name))).isPresent();
    assertThat(f.read(name)).isEqualTo("body");
  }

  @Test
  void longName_whoseFileHoldsNone_keepsTheStoreFromOpening() throws Exception {
    f.open(LIMITS);
    f.show(f.stagePut("~a~2F" + "n".repeat(250), "body"));
    String nameFile =
        f.disk().names(StoreFixture.LAYOUT.writes()).stream()
            .filter(EntryName::isNameFile)
            .findFirst()
            .orElseThrow();
    Path named = StoreFixture.LAYOUT.writes().resolve(nameFile);
    Path name = StoreFixture.LAYOUT.own().resolve("name");
    f.disk().rename(named, name);
    f.disk().create(named).close();
    assertThatThrownBy(() -> f.reopen(Left.EVERYTHING, "epoch", LIMITS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(nameFile + " is damaged");
    f.disk().delete(named);
    f.disk().rename(name, named);
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.store().pendingCount()).isEqualTo(1);
  }

  @Test
  void startThatKeepsNothing_hasWhatWasKeptDeliveredOnceMore() throws Exception {
    f.open(LIMITS);
    settlePut("a", "body");
    f.reopen(Left.EVERYTHING, "epoch", StoreFixture.limits(10, 10));
    assertThat(f.store().kept().count()).isZero();
    f.settled(f.store().pending(stored("a")).orElseThrow());
    assertThat(f.store().hasWrite(stored("a"))).isFalse();
  }

  @Test
  void versions_goOnBehindTheEntries_whereTheirFileIsLost() throws Exception {
    f.open(LIMITS);
    long before = f.stagePut("a", "old").version();
    f.disk().delete(StoreFixture.LAYOUT.versionsFile());
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.stagePut("a", "new").version()).isGreaterThan(before);
  }

  @Test
  void versions_growOverStarts_whateverWasRemoved() throws Exception {
    f.open(LIMITS);
    long before = f.stagePut("a", "body").version();
    f.locked(stored("a"), () -> f.store().unstage(f.store().pending(stored("a")).orElseThrow()));
    f.reopen(Left.NOTHING, "epoch", LIMITS);
    assertThat(f.stagePut("b", "body").version()).isGreaterThan(before);
  }

  /** The unlink of the put fails twice; the process is killed, or the power goes. */
  @Test
  void delete_whosePutCouldNotBeRemoved_winsAllTheSame() throws Exception {
    f.open(LIMITS);
    f.show(f.stagePut("a", "body"));
    String put = f.disk().names(StoreFixture.LAYOUT.writes()).getFirst();
    Pending.Delete delete = f.stageDelete("a");
    f.show(delete);
    f.disk().link(StoreFixture.LAYOUT.writes().resolve(put), left("body"));
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.store().pending(stored("a")).orElseThrow()).isInstanceOf(Pending.Delete.class);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).isEmpty();
  }

  @Test
  void strayFiles_areLeftAlone_andAreNobodysWrites() throws Exception {
    f.open(LIMITS);
    var writes = StoreFixture.LAYOUT.writes();
    for (String stray :
        List.of(".nfs0001", "p0000000001-.x", "p0000000001-~abc", "core", "q0000000001-a")) {
      f.disk().create(writes.resolve(stray)).close();
    }
    var pending = StoreFixture.LAYOUT.own().resolve("pending");
    f.disk().createDirectories(pending.resolve("put"));
    f.disk().createDirectories(pending.resolve("delete"));
    f.disk().create(pending.resolve("put").resolve(".DS_Store")).close();
    assertThat(LeftWrites.in(f.disk(), StoreFixture.LAYOUT.own()).isEmpty()).isTrue();
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.store().pendingCount()).isZero();
    for (String stray : f.disk().names(writes)) {
      f.disk().delete(writes.resolve(stray));
    }
  }

  /** A directory for puts and one for deletes, a file a name: of both, the put was the newer. */
  @Test
  void writesOfTheVersionBefore_areTakenOver() throws Exception {
    f.open(LIMITS);
    f.store().close();
    Path pending = StoreFixture.LAYOUT.own().resolve("pending");
    for (String kind : List.of("put", "delete")) {
      f.disk().createDirectories(pending.resolve(kind));
    }
    f.disk().rename(left("of a put"), pending.resolve("put").resolve("a"));
    f.disk().rename(left("of both"), pending.resolve("put").resolve("b"));
    f.disk().create(pending.resolve("delete").resolve("b")).close();
    f.disk().create(pending.resolve("delete").resolve("c")).close();
    f.disk().forceDirectory(pending.resolve("put"));
    f.disk().forceDirectory(pending.resolve("delete"));
    assertThat(LeftWrites.in(f.disk(), StoreFixture.LAYOUT.own()).names())
        .containsExactlyInAnyOrder(stored("a"), stored("b"), stored("b"), stored("c"));
    f.reopen(Left.EVERYTHING, "epoch", LIMITS);
    assertThat(f.read("a")).isEqualTo("of a put");
    assertThat(f.read("b")).isEqualTo("of both");
    assertThat(f.store().pending(stored("c")).orElseThrow()).isInstanceOf(Pending.Delete.class);
    f.reopen(Left.NOTHING, "epoch", LIMITS);
    assertThat(f.store().pendingCount()).isEqualTo(3);
    assertThat(f.disk().names(pending.resolve("put"))).isEmpty();
    assertThat(f.disk().names(pending.resolve("delete"))).isEmpty();
  }

  /** A forced file that is no longer where it is expected. */
  private Path left(String body) throws IOException {
    Path file = StoreFixture.LAYOUT.own().resolve("left" + body.length());
    try (NewFile written = f.disk().create(file)) {
      written.write(ByteBuffer.wrap(bytes(body)));
      written.setModified(StoreFixture.content(body).digest());
      written.force();
    }
    return file;
  }

  private void settlePut(String name, String body) throws Exception {
    Pending.Put put = f.stagePut(name, body);
    f.show(put);
    f.settled(put);
  }

  private void settleDelete(String name) throws Exception {
    Pending.Delete delete = f.stageDelete(name);
    f.show(delete);
    f.settled(delete);
  }
}
