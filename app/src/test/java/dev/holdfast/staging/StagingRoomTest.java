package dev.holdfast.staging;

import static dev.holdfast.staging.StoreFixture.bytes;
import static dev.holdfast.staging.StoreFixture.limits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The room of a store: its bounds in bytes and writes, and a disk that is nearly full. */
class StagingRoomTest {
  private final StoreFixture f = new StoreFixture();

  @AfterEach
  void check() throws IOException {
    f.check();
  }

  @Test
  void spoolWritten_beyondTheRoom_isRefused_untilRoomIsGivenBack() throws Exception {
    f.open(StoreFixture.SMALL.withIncomingBytesMax(10).withPendingBytesMax(10));
    Pending.Put put = f.stagePut("a", "12345678");
    assertThatThrownBy(() -> f.store().spoolWritten(3, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    f.show(put);
    f.settled(put);
    f.store().spoolWritten(3, new ContentDigest()).close();
  }

  @Test
  void announcedBodies_takeNoRoom_beforeTheirBytesCome() throws Exception {
    f.open(StoreFixture.SMALL.withIncomingBytesMax(10).withPendingBytesMax(10));
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
    f.open(StoreFixture.SMALL.withIncomingBytesMax(10).withPendingBytesMax(20));
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
    f.open(
        StoreFixture.SMALL
            .withIncomingBytesMax(10)
            .withPendingBytesMax(20)
            .withRoomWaitMs(600_000));
    assertThatThrownBy(() -> f.store().spoolWritten(11, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    f.store().close();
    f.open(
        StoreFixture.SMALL
            .withIncomingBytesMax(20)
            .withPendingBytesMax(10)
            .withRoomWaitMs(600_000));
    assertThatThrownBy(() -> f.store().spoolWritten(11, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    try (Spool unknown = f.store().spoolWritten(-1, new ContentDigest())) {
      assertThatThrownBy(() -> unknown.write(new byte[11], 0, 11))
          .isInstanceOf(NoRoomException.class);
    }
  }

  @Test
  void spoolWritten_ofUnknownLength_isRefusedWhenItGrowsTooLong() throws Exception {
    f.open(StoreFixture.SMALL.withIncomingBytesMax(10).withPendingBytesMax(10));
    try (Spool spool = f.store().spoolWritten(-1, new ContentDigest())) {
      spool.write(new byte[10], 0, 10);
      assertThatThrownBy(() -> spool.write(new byte[1], 0, 1)).isInstanceOf(NoRoomException.class);
    }
    f.store().spoolWritten(10, new ContentDigest()).close();
  }

  @Test
  void room_isHeldOnceByAReplacedWrite() throws Exception {
    f.open(StoreFixture.SMALL.withIncomingBytesMax(10).withPendingBytesMax(10));
    f.stagePut("a", "1234");
    f.stagePut("a", "12345");
    f.store().spoolWritten(5, new ContentDigest()).close();
    assertThatThrownBy(() -> f.store().spoolWritten(6, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
  }

  @Test
  void spool_onANearlyFullDisk_isRefused() throws Exception {
    f.open(StoreFixture.SMALL.withDiskFreeBytesMin(500));
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
    f.open(StoreFixture.SMALL.withDiskFreeBytesMin(500));
    f.disk().usableBytes(400);
    assertThatThrownBy(() -> f.store().spoolWritten(1, new ContentDigest()))
        .isInstanceOf(NoRoomException.class);
    assertThat(f.disk().names(StoreFixture.LAYOUT.published())).containsExactly("pending");
    assertThat(f.disk().names(StoreFixture.LAYOUT.cold())).isEmpty();
  }

  @Test
  void spool_onANearlyFullDisk_evictsWhatIsNeeded_andNoMore() throws Exception {
    f.open(
        StoreFixture.SMALL
            .withDiskFreeBytesMin(500)
            .withPublishedBytesMax(1000)
            .withColdBytesMax(1000));
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
    f.open(
        StoreFixture.SMALL
            .withDiskFreeBytesMin(500)
            .withPublishedBytesMax(1000)
            .withColdBytesMax(1000));
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
    f.open(
        StoreFixture.SMALL
            .withDiskFreeBytesMin(500)
            .withPublishedBytesMax(1000)
            .withColdBytesMax(1000));
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
