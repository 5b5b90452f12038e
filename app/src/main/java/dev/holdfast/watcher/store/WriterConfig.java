package dev.holdfast.watcher.store;

import dev.holdfast.bounds.Bounds;

/**
 * The bounds of the way of results into the database.
 *
 * @param queueMax how many rows wait in memory, 1 or more. Beyond it, and beyond {@link
 *     #queueBytesMax}, the oldest is dropped
 * @param spoolFrom so many rows in memory and the oldest go to disk, 1 to {@code queueMax}
 * @param batchRows how many rows one COPY has at most, 1 or more
 * @param batchMs how long a row waits for others, in ms, 0 or more
 * @param spoolBytesMax the bytes of all segments on disk, 0 or more. Beyond it the oldest is
 *     dropped
 * @param retryMs the longest wait between two attempts, in ms, 1 or more
 * @param retentionDays for how many days rows are kept, 1 or more. An older one is counted and not
 *     written
 */
public record WriterConfig(
    int queueMax,
    int spoolFrom,
    int batchRows,
    int batchMs,
    long spoolBytesMax,
    int retryMs,
    int retentionDays) {

  /** So many bytes each row in memory may have on average. Most have a third of it. */
  static final int ROW_BYTES = 640;

  private static final int QUEUE_BYTES_LEAST = 1 << 20;

  public static final WriterConfig DEFAULT =
      new WriterConfig(50_000, 10_000, 1_000, 500, 4L << 30, 2_000, 30);

  public WriterConfig {
    Bounds.atLeast("queueMax", queueMax, 1);
    Bounds.within("spoolFrom", spoolFrom, 1, queueMax);
    Bounds.atLeast("batchRows", batchRows, 1);
    Bounds.orMore("batchMs", batchMs, 0);
    Bounds.orMore("spoolBytesMax", spoolBytesMax, 0);
    Bounds.atLeast("retryMs", retryMs, 1);
    Bounds.atLeast("retentionDays", retentionDays, 1);
  }

  /** Returns how many bytes the rows in memory have at most. At a fourth of it they go to disk. */
  long queueBytesMax() {
    return Math.max(QUEUE_BYTES_LEAST, (long) queueMax * ROW_BYTES);
  }
}
