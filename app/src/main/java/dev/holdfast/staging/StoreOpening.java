package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a staging store: see {@link StagingStore#open}.
 *
 * @param logServer runs the tasks of the write-ahead log; empty for threads of its own
 */
record StoreOpening(
    Disk disk,
    Layout layout,
    StagingLimits limits,
    InstantSource clock,
    Meters meters,
    Predicate<StoredName> owns,
    Optional<Executor> logServer) {
  private static final Logger log = LoggerFactory.getLogger(StoreOpening.class);

  StagingStore open(String epoch, String boot) throws IOException {
    StagingFormat.requireKnown(disk, layout.own());
    layout.create(disk);
    Closeable storeLock =
        disk.tryLock(layout.lockFile()).orElseThrow(() -> new StoreLockedException(layout.own()));
    try {
      new LogRecovery(disk, layout).run();
      Versions versions = Versions.open(disk, layout);
      var counted = new StagingMeters(meters);
      var store = new StagingStore(disk, layout, limits, clock, owns, storeLock, versions, counted);
      store.opened(versions, epoch, boot, logServer);
      log.info("staging store {}: {}", layout.own(), store.recovered());
      return store;
    } catch (IOException | RuntimeException e) {
      storeLock.close();
      throw e;
    }
  }
}
