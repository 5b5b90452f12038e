package dev.holdfast.sidecar;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FileService;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.LeftWrites;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.StoreLockedException;
import dev.holdfast.staging.WriteChanges.Listening;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pending and kept writes of names that changed hands with the ring. The sidecar that has them
 * settles them. A sidecar is ready only when none are left of two kinds: its own writes of names
 * that others own now, and others' writes of names that it owns now. The first sidecar of the ring
 * settles the directory of a sidecar that is no longer in it.
 *
 * <p>Threading: started and closed once; the rest may be called from any thread.
 */
final class MovedWrites implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MovedWrites.class);

  /**
   * The pauses between two looks at the directories of other sidecars, which tell nobody of
   * changes. They double: most rings are ready in a moment, and the others are not looked at often.
   */
  private static final long LOOK_FIRST_MS = 50;

  private static final long LOOK_MAX_MS = 1_000;

  private static final long REPORT_EVERY_MS = 5_000;

  private final Disk disk = new LocalDisk();
  private final SidecarConfig config;
  private final String epoch;
  private final String boot;
  private final Predicate<StoredName> owns;
  private final CountDownLatch settled = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Semaphore wakeUps = new Semaphore(0);
  private long nextLookMs = LOOK_FIRST_MS; // of the thread that settles alone
  private FileService files; // set once, in start
  private Thread settling; // set once, in start

  /**
   * @param epoch the present epoch
   * @param boot the present boot of the kernel
   * @param owns returns true if a stored name is this sidecar's
   */
  MovedWrites(SidecarConfig config, String epoch, String boot, Predicate<StoredName> owns) {
    this.config = config;
    this.epoch = epoch;
    this.boot = boot;
    this.owns = owns;
  }

  /**
   * Starts to settle and to look. Returns at once.
   *
   * @param own the file service of this sidecar
   */
  void start(FileService own) {
    files = own;
    if (isNothingLeft()) {
      settled.countDown();
    } else {
      settling = Thread.ofVirtual().name("moved-writes").start(this::run);
    }
  }

  boolean areSettled() {
    return settled.getCount() == 0 && !isClosed();
  }

  void awaitSettled() throws InterruptedException {
    settled.await();
  }

  /**
   * Ends the work. A write that is being settled for others may go on until {@link #awaitEnd}
   * returns.
   */
  @Override
  public void close() {
    closed.countDown();
    settled.countDown();
    wakeUps.release();
  }

  /** Waits until the work has ended. Call it after {@link #close}. */
  void awaitEnd() {
    try {
      if (settling != null) {
        settling.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits until the state may have changed, but not longer than the time between two looks. */
  private void awaitChange() throws InterruptedException {
    boolean _ = wakeUps.tryAcquire(nextLookMs, TimeUnit.MILLISECONDS);
    nextLookMs = Math.min(2 * nextLookMs, LOOK_MAX_MS);
  }

  /** Waits, until this is closed at the latest. */
  private void pause(long ms) throws InterruptedException {
    boolean _ = closed.await(ms, TimeUnit.MILLISECONDS);
  }

  private void run() {
    try (Listening _ = files.listenForLastOfOthers(owns, wakeUps::release)) {
      long reportedNanos = System.nanoTime();
      while (!isClosed() && !isNothingLeft()) {
        adoptOrphans();
        if (System.nanoTime() - reportedNanos > REPORT_EVERY_MS * 1_000_000) {
          log.warn("not ready: writes of names that changed hands are still pending");
          reportedNanos = System.nanoTime();
        }
        awaitChange();
      }
      if (!isClosed()) {
        settled.countDown();
        log.info("all writes of names that changed hands are settled");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns true if all is settled, for good. The removal of a settled write may not be forced yet.
   * If a power failure brought that write back, it would undo a later one.
   */
  private boolean isNothingLeft() {
    try {
      if (files.writesOfOthers(owns) > 0 || isAnyElsewhere() || isAnyOrphan()) {
        return false;
      }
      for (Path directory : directories()) {
        LeftWrites.force(disk, directory);
      }
      return true;
    } catch (IOException e) {
      log.error("the pending writes in {} cannot be read; trying again", config.stagingDir(), e);
      return false;
    }
  }

  /** Returns true if another sidecar's directory has a write of a name that we own now. */
  private boolean isAnyElsewhere() throws IOException {
    return directories().stream()
        .filter(directory -> !directory.getFileName().toString().equals(config.directory()))
        .anyMatch(directory -> isIn(directory, left -> left.names().stream().anyMatch(owns)));
  }

  private boolean isAnyOrphan() throws IOException {
    return isFirst() && directories().stream().anyMatch(this::isOrphan);
  }

  private boolean isFirst() {
    return config.ring().indexOf(config.self()) == 0;
  }

  private boolean isOrphan(Path directory) {
    String name = directory.getFileName().toString();
    for (int i = 1; i <= config.ring().size(); i++) {
      if (name.equals("sidecar-" + i)) {
        return false;
      }
    }
    return isIn(directory, left -> !left.isEmpty());
  }

  private void adoptOrphans() throws InterruptedException {
    if (!isFirst()) {
      return;
    }
    try {
      for (Path directory : directories()) {
        while (!isClosed() && isOrphan(directory)) {
          settleOrphan(directory);
        }
      }
    } catch (IOException e) {
      log.error("the directories of other sidecars cannot be read; trying again", e);
    }
  }

  private void settleOrphan(Path directory) throws InterruptedException {
    var meters = new Meters(new SimpleMeterRegistry());
    try (StagingStore store =
        StagingStore.open(
            disk,
            config.stagingDir(),
            directory.getFileName().toString(),
            config.settings().staging(),
            InstantSource.system(),
            meters,
            epoch,
            boot,
            _ -> false)) {
      log.info("settling the writes that {} has left: {}", directory, store.recovered());
      if (!store.recovered().clean()) {
        pause(config.origin().lingerMs()); // its requests may still run at its file server
      }
      try (FileService service = files.beside(store, meters);
          Listening _ = service.listenForLastOfOthers(_ -> false, wakeUps::release)) {
        while (!isClosed() && service.writesOfOthers(_ -> false) > 0) {
          awaitChange();
        }
      }
    } catch (StoreLockedException e) {
      log.info("{} is still running; waiting for it", directory);
      pause(REPORT_EVERY_MS);
    } catch (IOException | RuntimeException e) {
      log.error("the writes that {} has left cannot be settled; trying again", directory, e);
      pause(REPORT_EVERY_MS);
    }
  }

  /** Returns the staging stores of all sidecars, past ones included. */
  private List<Path> directories() throws IOException {
    return SidecarDirectories.all(config.stagingDir());
  }

  /** Returns true if such a write is in a directory, or if the directory cannot be read. */
  private boolean isIn(Path directory, Predicate<LeftWrites> such) {
    try {
      return such.test(LeftWrites.in(disk, directory));
    } catch (IOException e) {
      log.error("cannot read {}", directory, e);
      return true; // not known to be empty
    }
  }
}
