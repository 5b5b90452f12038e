package dev.holdfast.staging;

import dev.holdfast.disk.Disk;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** Staging stores whose threads are the test's. */
public final class Stores {
  private Stores() {}

  /**
   * Opens a store as {@link StagingStore#open}, under one word for the epoch and the boot.
   *
   * @param logServer runs the tasks of the write-ahead log
   */
  public static StagingStore open(
      Disk disk,
      Path volume,
      String sidecar,
      StagingLimits limits,
      InstantSource clock,
      Meters meters,
      String boot,
      Predicate<StoredName> owns,
      Executor logServer)
      throws IOException {
    return new StoreOpening(
            disk,
            Layout.of(volume, sidecar, boot),
            limits,
            clock,
            meters,
            owns,
            Optional.of(logServer))
        .open(boot, boot);
  }
}
