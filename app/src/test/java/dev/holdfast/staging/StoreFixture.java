package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;

import dev.holdfast.disk.FailingRemovals;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A staging store on a simulated disk, whose removals can fail and whose power can be cut.
 *
 * <p>Threading: for one thread.
 */
final class StoreFixture {
  /** A store for some hundred bytes, which keeps no settled writes and waits for no room. */
  static final StagingLimits SMALL =
      StagingLimits.DEFAULT
          .withIncomingBytesMax(1000)
          .withPendingBytesMax(1000)
          .withPendingCountMax(5)
          .withRoomWaitMs(0)
          .withDiskFreeBytesMin(0)
          .withPublishedBytesMax(100)
          .withPublishedFilesMax(10)
          .withColdBytesMax(100)
          .withColdFilesMax(10)
          .withKeeping(Keeping.OFF);

  private static final Path VOLUME = Path.of("/volume");
  private static final String SIDECAR = "sidecar-1";
  private static final Random RANDOM = new Random(1);
  static final Layout LAYOUT = layout("epoch");

  private final SimulatedDisk disk = new SimulatedDisk();
  private final FailingRemovals failing = new FailingRemovals(disk);
  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private StagingStore store;
  private String epoch;

  static Layout layout(String epoch) {
    return Layout.of(VOLUME, SIDECAR, epoch);
  }

  /** Which start of the kernel the next {@link #open} is under. */
  String boot = "boot";

  /** Whether what is on disk and what the store knows agree; after every test. */
  void check() throws IOException {
    if (store != null) {
      StoreChecker.check(disk, layout(epoch), store);
    }
  }

  StagingStore store() {
    return store;
  }

  SimulatedDisk disk() {
    return disk;
  }

  FailingRemovals failing() {
    return failing;
  }

  void passMs(long ms) {
    nowMs.addAndGet(ms);
  }

  static StagingLimits limits(int publishedFilesMax, int coldFilesMax) {
    return StagingLimits.DEFAULT
        .withIncomingBytesMax(1_000_000)
        .withPendingBytesMax(1_000_000)
        .withPendingCountMax(100)
        .withRoomWaitMs(0)
        .withDiskFreeBytesMin(0)
        .withPublishedBytesMax(1_000_000)
        .withPublishedFilesMax(publishedFilesMax)
        .withColdBytesMax(1_000_000)
        .withColdFilesMax(coldFilesMax)
        .withKeeping(Keeping.OFF);
  }

  void open(StagingLimits limits) throws IOException {
    open(limits, "epoch");
  }

  void open(StagingLimits limits, String epoch) throws IOException {
    store = openStore(limits, epoch);
  }

  void reopen(Left left, String epoch) throws IOException {
    reopen(left, epoch, limits(10, 10));
  }

  void reopen(Left left, String epoch, StagingLimits limits) throws IOException {
    disk.restart(left, RANDOM);
    store = openStore(limits, epoch);
  }

  StagingStore openStore(StagingLimits limits, String epoch) throws IOException {
    this.epoch = epoch;
    return StagingStore.open(
        failing,
        VOLUME,
        SIDECAR,
        limits,
        () -> Instant.ofEpochMilli(nowMs.get()),
        new Meters(new SimpleMeterRegistry()),
        epoch,
        boot,
        name -> !name.equals(stored("other")));
  }

  void fetch(String name, String body) throws Exception {
    try (Spool spool = store.spoolFetched(new ContentDigest())) {
      spool.write(bytes(body), 0, bytes(body).length);
      spool.finishForced();
      locked(stored(name), () -> store.publishFetched(stored(name), spool));
    }
  }

  Pending.Put stagePut(String name, String body) throws Exception {
    try (Spool spool = store.spoolWritten(bytes(body).length, new ContentDigest())) {
      spool.write(bytes(body), 0, bytes(body).length);
      spool.finishForced();
      var staged = new Pending.Put[1];
      locked(stored(name), () -> staged[0] = store.stagePut(stored(name), spool));
      return staged[0];
    }
  }

  Pending.Delete stageDelete(String name) throws Exception {
    var staged = new Pending.Delete[1];
    locked(stored(name), () -> staged[0] = store.stageDelete(stored(name), store.reserveDelete()));
    return staged[0];
  }

  void show(Pending write) throws Exception {
    locked(write.name(), () -> store.show(write));
  }

  boolean settled(Pending write) throws Exception {
    var settled = new boolean[1];
    locked(write.name(), () -> settled[0] = store.settled(write));
    return settled[0];
  }

  interface Step {
    void run() throws Exception;
  }

  void locked(StoredName name, Step step) throws Exception {
    var lock = store.lock(name);
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }

  String read(String name) throws IOException {
    try (InputStream in = store.openPublished(stored(name)).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static Content content(String body) {
    return StoreChecker.contentOf(bytes(body));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
