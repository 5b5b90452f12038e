package dev.holdfast.staging;

import dev.holdfast.bounds.Bounds;
import java.util.Map;

/**
 * The bounds of a staging store.
 *
 * @param incomingBytesMax bytes of bodies that are coming in, 1 or more; at the bound a body waits
 *     {@code roomWaitMs} and is then refused
 * @param pendingBytesMax bytes of writes that are pending, 1 or more; at the bound a write waits
 *     {@code roomWaitMs} and is then refused
 * @param pendingCountMax the same in writes, 1 or more
 * @param roomWaitMs how long a write waits for room, in milliseconds, 0 or more
 * @param diskFreeBytesMin bytes that must stay free on the volume, 0 or more; below it a write is
 *     refused like one for which there is no room
 * @param publishedBytesMax bytes of clean published files, 0 or more; above it the oldest go cold
 * @param publishedFilesMax the same in files
 * @param coldBytesMax bytes of cold files, 0 or more; above it the oldest are removed
 * @param coldFilesMax the same in files
 * @param logBytesMax bytes of the write-ahead log's records, 0 to 1 GiB; short writes beyond it, or
 *     all of them with 0, are forced file by file
 * @param keeping how settled writes are kept
 */
public record StagingLimits(
    long incomingBytesMax,
    long pendingBytesMax,
    int pendingCountMax,
    long roomWaitMs,
    long diskFreeBytesMin,
    long publishedBytesMax,
    int publishedFilesMax,
    long coldBytesMax,
    int coldFilesMax,
    long logBytesMax,
    Keeping keeping) {
  private static final long GIB = 1024L * 1024 * 1024;

  /** The values of a sidecar for which nothing else is said. */
  public static final StagingLimits DEFAULT =
      new StagingLimits(
          2 * GIB,
          2 * GIB,
          100_000,
          5_000,
          256L * 1024 * 1024,
          8 * GIB,
          100_000,
          4 * GIB,
          50_000,
          128L * 1024 * 1024,
          Keeping.DEFAULT);

  public StagingLimits {
    Bounds.atLeast("incomingBytesMax", incomingBytesMax, 1);
    Bounds.atLeast("pendingBytesMax", pendingBytesMax, 1);
    Bounds.atLeast("pendingCountMax", pendingCountMax, 1);
    Bounds.atLeast("roomWaitMs", roomWaitMs, 0);
    Bounds.atLeast("diskFreeBytesMin", diskFreeBytesMin, 0);
    Bounds.atLeast("publishedBytesMax", publishedBytesMax, 0);
    Bounds.atLeast("publishedFilesMax", publishedFilesMax, 0);
    Bounds.atLeast("coldBytesMax", coldBytesMax, 0);
    Bounds.atLeast("coldFilesMax", coldFilesMax, 0);
    Bounds.within("logBytesMax", logBytesMax, 0, GIB);
  }

  /** The same with another {@code incomingBytesMax}. */
  public StagingLimits withIncomingBytesMax(long incomingBytesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code pendingBytesMax}. */
  public StagingLimits withPendingBytesMax(long pendingBytesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code pendingCountMax}. */
  public StagingLimits withPendingCountMax(int pendingCountMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code roomWaitMs}. */
  public StagingLimits withRoomWaitMs(long roomWaitMs) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code diskFreeBytesMin}. */
  public StagingLimits withDiskFreeBytesMin(long diskFreeBytesMin) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code publishedBytesMax}. */
  public StagingLimits withPublishedBytesMax(long publishedBytesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code publishedFilesMax}. */
  public StagingLimits withPublishedFilesMax(int publishedFilesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code coldBytesMax}. */
  public StagingLimits withColdBytesMax(long coldBytesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code coldFilesMax}. */
  public StagingLimits withColdFilesMax(int coldFilesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code logBytesMax}. */
  public StagingLimits withLogBytesMax(long logBytesMax) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The same with another {@code keeping}. */
  public StagingLimits withKeeping(Keeping keeping) {
    return new StagingLimits(
        incomingBytesMax,
        pendingBytesMax,
        pendingCountMax,
        roomWaitMs,
        diskFreeBytesMin,
        publishedBytesMax,
        publishedFilesMax,
        coldBytesMax,
        coldFilesMax,
        logBytesMax,
        keeping);
  }

  /** The bounds of the shares of a store's room. */
  Map<Room.Use, Room.Bound> room() {
    return Map.of(
        Room.Use.INCOMING,
        new Room.Bound(incomingBytesMax, Integer.MAX_VALUE),
        Room.Use.PENDING,
        new Room.Bound(pendingBytesMax, pendingCountMax));
  }
}
