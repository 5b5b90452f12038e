package dev.holdfast.sidecar;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FileService;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import dev.holdfast.staging.LeftWrites;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.StoreLockedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pending and kept writes of names that changed hands because the ring did. Whoever has them
 * settles them, and no sidecar is ready before: its own that are others' now, and others' that are
 * its own now. The directory of a sidecar that is no longer in the ring is settled by the first one
 * that is.
 *
 * <p>Threading: started and closed once; the rest may be called from any thread.
 */
final class MovedWrites implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MovedWrites.class);
  private static final long POLL_MS = 50;
  private static final long REPORT_EVERY_MS = 5_000;

  private final Disk disk = new LocalDisk();
  private final SidecarConfig config;
  private final FileService files;
  private final String epoch;
  private final String boot;
  private final Predicate<StoredName> owns;
  private final CountDownLatch settled = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private Thread settling; // set once, in start

  /**
   * @param epoch what published files are valid under now
   * @param boot which start of the kernel this is
   * @param owns whether a stored name is this sidecar's
   */
  MovedWrites(
      SidecarConfig config,
      FileService files,
      String epoch,
      String boot,
      Predicate<StoredName> owns) {
    this.config = config;
    this.files = files;
    this.epoch = epoch;
    this.boot = boot;
    this.owns = owns;
  }

  /** Begins to settle and to look; returns at once. */
  void start() {
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

  /** Ends it; what is being settled for others may go on until {@link #awaitEnd} returns. */
  @Override
  public void close() {
    closed.countDown();
    settled.countDown();
  }

  /** Waits, after {@link #close}, until nothing is done here any more. */
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

  /** Waits, but not longer than until this is closed. */
  private void pause(long ms) throws InterruptedException {
    boolean _ = closed.await(ms, TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      long reportedNanos = System.nanoTime();
      while (!isClosed() && !isNothingLeft()) {
        adoptOrphans();
        if (System.nanoTime() - reportedNanos > REPORT_EVERY_MS * 1_000_000) {
          log.warn("not ready: writes of names that changed hands are still pending");
          reportedNanos = System.nanoTime();
        }
        pause(POLL_MS);
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
   * Returns true if all is settled, for good. The removal of a settled write that was seen here may
   * not be forced yet: coming back with a power failure, the write would undo what was written
   * after it.
   */
  private boolean isNothingLeft() {
    try {
      if (count() > 0 || orphans() > 0) {
        return false;
      }
      for (Path directory : directories()) {
        LeftWrites.force(disk, directory);
      }
      return true;
    } catch (IOException e) {
      log.error("cannot tell what is pending in {}; looking again", config.stagingDir(), e);
      return false;
    }
  }

  /** Writes that stand in the way: ours that are others' now, and others' that are ours now. */
  private long count() throws IOException {
    long count = files.writesOfOthers(owns);
    for (Path directory : directories()) {
      if (!directory.getFileName().toString().equals(config.directory())) {
        count += writesIn(directory, left -> left.names().stream().filter(owns).count());
      }
    }
    return count;
  }

  private long orphans() throws IOException {
    return isFirst() ? directories().stream().filter(this::isOrphan).count() : 0;
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
    return writesIn(directory, left -> left.isEmpty() ? 0 : 1) > 0;
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
      log.error("cannot look for what sidecars have left; looking again", e);
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
      log.info("settling what {} has left: {}", directory, store.recovered());
      if (!store.recovered().clean()) {
        pause(config.origin().lingerMs()); // its requests may still run at its file server
      }
      try (FileService service = files.beside(store, meters)) {
        while (!isClosed() && service.writesOfOthers(_ -> false) > 0) {
          pause(POLL_MS);
        }
      }
    } catch (StoreLockedException e) {
      log.info("{} is still running; waiting for it", directory);
      pause(REPORT_EVERY_MS);
    } catch (IOException | RuntimeException e) {
      log.error("cannot settle what {} has left; trying again", directory, e);
      pause(REPORT_EVERY_MS);
    }
  }

  /** The staging stores of all sidecars that ever were. */
  private List<Path> directories() throws IOException {
    return SidecarDirectories.all(config.stagingDir());
  }

  private long writesIn(Path directory, ToLongFunction<LeftWrites> counted) {
    try {
      return counted.applyAsLong(LeftWrites.in(disk, directory));
    } catch (IOException e) {
      log.error("cannot read {}", directory, e);
      return 1; // not known to be empty
    }
  }
}
