package dev.holdfast.files;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.Kept;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.staging.StagingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which evidence lets go of a kept write. Time is a number here. */
class KeeperTest {
  private static final long T_MS = 1_000;
  private static final long T = TimeUnit.MILLISECONDS.toNanos(T_MS);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> compared = new ArrayList<>();
  private final List<Pending> again = new ArrayList<>();
  private long now;
  private int probes;
  private Keeper.Comparison answer = new Keeper.Comparison.Same();
  private StagingStore store;
  private Index index;
  private Shelf shelf;
  private Keeper keeper;

  @BeforeEach
  void start() throws Exception {
    open(false);
  }

  @AfterEach
  void close() {
    index.close();
  }

  private void open(boolean alwaysCompare) throws Exception {
    var meters = new Meters(registry);
    var keeping =
        Keeping.DEFAULT
            .withMs(T_MS)
            .withAlwaysCompare(alwaysCompare)
            .withBytesMax(1_000)
            .withCountMax(100);
    store =
        StagingStore.open(
            new SimulatedDisk(),
            Path.of("/volume"),
            "s",
            StagingLimits.DEFAULT.withKeeping(keeping),
            InstantSource.system(),
            meters,
            "epoch",
            "boot",
            _ -> true);
    index = new Index(100, Duration.ofMinutes(1));
    shelf = new Shelf(store, index, true);
    keeper =
        new Keeper(
            store,
            shelf,
            this::compare,
            () -> probes++,
            again::add,
            Runnable::run,
            1,
            () -> now,
            new FileMeters(meters));
  }

  private Keeper.Comparison compare(Kept kept) {
    compared.add(kept.name().toString());
    return answer;
  }

  @Test
  void olderConnection_thatAnsweredAfterT_letsGo() throws Exception {
    confirmed("a", 100, 110, false);
    keeper.answered(100, 110 + T + 1);
    sweepAt(110 + T + 2);
    assertThat(store.kept().of(stored("a"))).isEmpty();
    assertThat(compared).isEmpty();
    assertThat(left("connection")).isEqualTo(1);
  }

  @Test
  void beforeT_nothingLetsGo() throws Exception {
    confirmed("a", 100, 110, false);
    keeper.answered(50, 110 + T);
    sweepAt(110 + T - 1);
    assertThat(store.kept().of(stored("a"))).isPresent();
    assertThat(compared).isEmpty();
  }

  /** It was sent before T was over, so the machine may have failed in between. */
  @Test
  void requestThatWasSentBeforeT_provesNothing() throws Exception {
    confirmed("a", 100, 110, false);
    keeper.answered(50, 110 + T);
    sweepAt(110 + T + 5);
    assertThat(store.kept().of(stored("a"))).isPresent();
  }

  @Test
  void connectionThatIsYoungerThanTheRequest_provesNothing() throws Exception {
    confirmed("a", 100, 110, false);
    keeper.answered(101, 110 + T + 1);
    sweepAt(110 + T + 2);
    assertThat(store.kept().of(stored("a"))).isPresent();
    assertThat(probes).isEqualTo(1);
  }

  @Test
  void withoutAnOldConnection_itIsCompared() throws Exception {
    confirmed("a", 100, 110, false);
    for (int i = 0; i < 5; i++) {
      sweepAt(110 + T + 2 + i);
    }
    assertThat(compared).containsExactly("a");
    assertThat(store.kept().of(stored("a"))).isEmpty();
    assertThat(left("comparison")).isEqualTo(1);
  }

  @Test
  void doubtfulName_isComparedAlone_andOnlyTAfterItsLastRequestIsQuiet() throws Exception {
    confirmed("a", 100, 500, true);
    keeper.answered(1, 10 * T);
    sweepAt(500 + T - 1);
    assertThat(compared).isEmpty();
    sweepAt(500 + T);
    assertThat(compared).containsExactly("a");
  }

  @Test
  void alwaysCompare_believesNoConnection() throws Exception {
    open(true);
    confirmed("a", 100, 110, false);
    keeper.answered(1, 10 * T);
    sweepAt(110 + T);
    assertThat(compared).containsExactly("a");
  }

  @Test
  void contentThatDiffers_isDeliveredAgain_andKeptAnew() throws Exception {
    confirmed("a", 100, 110, true);
    answer = new Keeper.Comparison.Different();
    sweepAt(110 + T);
    assertThat(again).extracting(Pending::name).containsExactly(stored("a"));
    assertThat(store.kept().of(stored("a"))).isEmpty();
    assertThat(store.pending(stored("a"))).isPresent();
    assertThat(registry.get("holdfast.redelivered").counter().count()).isEqualTo(1);
  }

  @Test
  void comparisonWithoutAnAnswer_beginsTAnew() throws Exception {
    confirmed("a", 100, 110, true);
    long quiet = 3 * T;
    answer = new Keeper.Comparison.NoAnswer(quiet);
    sweepAt(110 + T);
    answer = new Keeper.Comparison.Same();
    sweepAt(quiet + T - 1);
    assertThat(compared).hasSize(1);
    sweepAt(quiet + T);
    assertThat(compared).hasSize(2);
    assertThat(store.kept().of(stored("a"))).isEmpty();
  }

  @Test
  void comparisonThatCouldNotBeMade_isMadeLater() throws Exception {
    confirmed("a", 100, 110, true);
    answer = new Keeper.Comparison.NotAsked();
    sweepAt(110 + T);
    answer = new Keeper.Comparison.Same();
    sweepAt(110 + 3 * T);
    assertThat(compared).hasSize(2);
    assertThat(store.kept().of(stored("a"))).isEmpty();
  }

  /** Each of many would find the same, and find it again a second later. */
  @Test
  void originThatCannotBeReached_isLeftAloneForAWhile() throws Exception {
    confirmed("a", 100, 110, true);
    confirmed("b", 100, 110, true);
    answer = new Keeper.Comparison.Unavailable();
    sweepAt(110 + T);
    assertThat(compared).hasSize(1);
    sweepAt(110 + 3 * T);
    assertThat(compared).hasSize(1);
    answer = new Keeper.Comparison.Same();
    sweepAt(110 + 20 * T);
    assertThat(compared).hasSize(3);
    assertThat(store.kept().count()).isZero();
  }

  @Test
  void newerWrite_endsTheWatch() throws Exception {
    confirmed("a", 100, 110, true);
    put("a");
    sweepAt(110 + T);
    assertThat(compared).isEmpty();
    assertThat(store.pending(stored("a"))).isPresent();
  }

  /** No connection of this process is older than what an earlier one was told. */
  @Test
  void start_takesUpWhatIsKept_forAComparisonAfterT() throws Exception {
    Pending write = put("a");
    shelf.settled(write);
    now = 5;
    keeper.start();
    keeper.answered(0, 10 * T);
    sweepAt(T + 4);
    assertThat(compared).isEmpty();
    sweepAt(T + 5);
    assertThat(compared).containsExactly("a");
  }

  /** A write that was sent at one moment, and confirmed, or quiet, at another. */
  private void confirmed(String name, long sentNanos, long atNanos, boolean doubted)
      throws Exception {
    Pending write = put(name);
    shelf.settled(write);
    now = doubted ? sentNanos : atNanos;
    keeper.confirmed(write, new Evidence(sentNanos, atNanos, doubted));
  }

  private Pending put(String name) throws Exception {
    byte[] body = name.getBytes(StandardCharsets.UTF_8);
    var lock = store.lock(stored(name));
    try (Spool spool = store.spoolWritten(body.length, new ContentDigest())) {
      spool.write(body, 0, body.length);
      spool.finishForced();
      lock.lock();
      try {
        Pending write = store.stagePut(stored(name), spool);
        shelf.reveal(write);
        return write;
      } finally {
        lock.unlock();
      }
    }
  }

  private void sweepAt(long nanos) throws Exception {
    now = nanos;
    keeper.sweep();
  }

  private double left(String reason) {
    return registry.get("holdfast.kept.left").tag("reason", reason).counter().count();
  }
}
