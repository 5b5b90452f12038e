package dev.holdfast.cli;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FileService;
import dev.holdfast.metrics.Meters;
import dev.holdfast.staging.StagingStore;
import dev.holdfast.staging.StoreLockedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pending writes of names that changed hands because the ring did. Whoever has them settles
 * them, and no sidecar is ready before: its own that are others' now, and others' that are its own
 * now. The directory of a sidecar that is no longer in the ring is settled by the first one that
 * is.
 *
 * <p>Threading: started and closed once; the rest may be called from any thread.
 */
final class MovedWrites implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MovedWrites.class);
  private static final long POLL_MS = 50;
  private static final long REPORT_EVERY_MS = 5_000;
  private static final String[] PENDING = {"pending/put", "pending/delete"};

  private final SidecarConfig config;
  private final FileService files;
  private final Predicate<String> owns;
  private final CountDownLatch settled = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * @param owns whether a stored name is this sidecar's
   */
  MovedWrites(SidecarConfig config, FileService files, Predicate<String> owns) {
    this.config = config;
    this.files = files;
    this.owns = owns;
  }

  /** Begins to settle and to look; returns at once. */
  void start() {
    if (count() == 0 && orphans() == 0) {
      settled.countDown();
    } else {
      Thread.ofVirtual().name("moved-writes").start(this::run);
    }
  }

  boolean areSettled() {
    return settled.getCount() == 0 && !closed;
  }

  void awaitSettled() throws InterruptedException {
    settled.await();
  }

  @Override
  public void close() {
    closed = true;
    settled.countDown();
  }

  private void run() {
    try {
      adoptOrphans();
      long reportedNanos = System.nanoTime();
      for (long left = count(); left > 0 && !closed; left = count()) {
        if (System.nanoTime() - reportedNanos > REPORT_EVERY_MS * 1_000_000) {
          log.warn("not ready: {} writes of names that changed hands are still pending", left);
          reportedNanos = System.nanoTime();
        }
        Thread.sleep(POLL_MS);
      }
      settled.countDown();
      log.info("all writes of names that changed hands are settled");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes that stand in the way: ours that are others' now, and others' that are ours now. */
  private long count() {
    long count = files.pendingOfOthers(owns);
    for (Path directory : directories()) {
      if (!directory.getFileName().toString().equals(config.directory())) {
        count += pendingIn(directory, owns);
      }
    }
    return count;
  }

  private long orphans() {
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
    return pendingIn(directory, _ -> true) > 0;
  }

  private void adoptOrphans() throws InterruptedException {
    if (!isFirst()) {
      return;
    }
    for (Path directory : directories()) {
      while (!closed && isOrphan(directory)) {
        settleOrphan(directory);
      }
    }
  }

  private void settleOrphan(Path directory) throws InterruptedException {
    var meters = new Meters(new SimpleMeterRegistry());
    try (StagingStore store =
            StagingStore.open(
                new LocalDisk(),
                config.stagingDir(),
                directory.getFileName().toString(),
                config.staging(),
                InstantSource.system(),
                meters,
                "orphan",
                _ -> false);
        FileService service = Sidecar.service(config, store, meters)) {
      log.info("settling what {} has left: {}", directory, store.recovered());
      while (!closed && service.pendingOfOthers(_ -> false) > 0) {
        Thread.sleep(POLL_MS);
      }
    } catch (StoreLockedException e) {
      log.info("{} is still running; waiting for it", directory);
      Thread.sleep(REPORT_EVERY_MS);
    } catch (IOException e) {
      log.error("cannot settle what {} has left; trying again", directory, e);
      Thread.sleep(REPORT_EVERY_MS);
    }
  }

  private java.util.List<Path> directories() {
    var directories = new java.util.ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(config.stagingDir(), "sidecar-*")) {
      all.forEach(directories::add);
    } catch (IOException e) {
      log.error("cannot read {}", config.stagingDir(), e);
    }
    return directories;
  }

  private static long pendingIn(Path directory, Predicate<String> counted) {
    long count = 0;
    for (String pending : PENDING) {
      try (DirectoryStream<Path> writes = Files.newDirectoryStream(directory.resolve(pending))) {
        for (Path write : writes) {
          count += counted.test(write.getFileName().toString()) ? 1 : 0;
        }
      } catch (NoSuchFileException | NotDirectoryException e) {
        // Not a staging store, or one that is just being made: nothing is pending in it.
      } catch (IOException e) {
        log.error("cannot read {}", directory, e);
        count++; // not known to be empty
      }
    }
    return count;
  }
}
