package dev.holdfast.files;

import dev.holdfast.origin.Origin;
import dev.holdfast.staging.StagingStore;

/**
 * Says how a sidecar stands, from what its parts count.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class StatusReport {
  /** How many refused writes, and how many damaged files, are shown. */
  private static final int SHOWN_MAX = 100;

  private final FilesConfig.Mode mode;
  private final Origin origin;
  private final StagingStore store;
  private final Settling settling;
  private final Settler settler;
  private final Damaged damaged;
  private final FileMeters meters;

  StatusReport(
      FilesConfig.Mode mode,
      Origin origin,
      StagingStore store,
      Settling settling,
      Settler settler,
      Damaged damaged,
      FileMeters meters) {
    this.mode = mode;
    this.origin = origin;
    this.store = store;
    this.settling = settling;
    this.settler = settler;
    this.damaged = damaged;
    this.meters = meters;
  }

  /** Says it for this moment. */
  Status now() {
    return new Status(
        mode.word(),
        store.pendingCount(),
        store.pendingBytes(),
        settling.oldestPendingMs(),
        store.kept().count(),
        store.kept().bytes(),
        store.coalescedCount(),
        (long) meters.settled().count(),
        meters.settleFailures(),
        settler.refused(SHOWN_MAX),
        damaged.shown(SHOWN_MAX),
        origin.state(),
        store.recovered());
  }
}
