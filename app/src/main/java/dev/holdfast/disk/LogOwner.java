package dev.holdfast.disk;

import java.util.List;

/**
 * The owner of the state that a {@link RecordLog} keeps. The state consists of what {@link #replay}
 * was given and what {@link #forced} has added. Requests become records here, so that many of them
 * may share one record.
 *
 * <p>Threading: the log calls one method at a time, from one thread after another, each of which
 * sees what the one before it did. The log holds a lock meanwhile: no method may wait for a
 * request.
 *
 * @param <R> a request to change the state, with a way to answer it
 */
public interface LogOwner<R> {
  /**
   * Takes a record that a start has found, oldest first. Nobody else may see it yet: it is not
   * forced before {@link RecordLog#open} returns.
   *
   * @throws IllegalArgumentException if this record cannot follow those before it; the file then
   *     counts as damaged there
   */
  void replay(byte[] record);

  /** Returns the records that bring the present state, in place of all that came before. */
  List<byte[]> snapshot();

  /**
   * Returns the records for some requests. The state does not change yet. The log writes none of
   * them, and fails all of these requests, if this throws.
   *
   * @param requests the oldest that wait, one or more
   * @return the records; none, if nothing is to be written: {@link #forced} follows all the same. A
   *     record should have no 512 zero bytes in a row: where the last batch has, damage in it may
   *     pass for a torn end
   */
  List<byte[]> records(List<R> requests);

  /**
   * Changes the state as these requests want, shows it, and answers them: their records are forced,
   * or written under {@link LogConfig.Ack#WRITTEN}.
   *
   * @param requests those of the last call of {@link #records}
   */
  void forced(List<R> requests);

  /**
   * Answers requests that were not forced. The state stays as it was.
   *
   * @param requests one or more, for which {@link #records} may not have been called
   */
  void failed(List<R> requests, Failure failure);

  /** A failure says how much is known about what the disk has. */
  enum Failure {
    /** No start will find the records. */
    NOTHING_WRITTEN,
    /** A start may find the records, and may not. */
    UNKNOWN
  }
}
