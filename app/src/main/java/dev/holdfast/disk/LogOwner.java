package dev.holdfast.disk;

import java.util.List;

/**
 * The owner of the state that a {@link RecordLog} keeps. The state consists of the records of
 * {@link #replay} and the changes of {@link #forced}. The owner turns requests into records, so
 * that many requests may share one record.
 *
 * <p>Threading: the log calls one method at a time, from one thread after another. Each thread sees
 * the changes of the one before it. The log holds a lock meanwhile: no method may wait for a
 * request.
 *
 * @param <R> a request to change the state, with a way to answer it
 */
public interface LogOwner<R> {
  /**
   * Takes a record that a start has found, oldest first. Show it to nobody before {@link
   * RecordLog#open} returns: it is not forced yet.
   *
   * @throws IllegalArgumentException if this record cannot follow those before it; the file then
   *     counts as damaged there
   */
  void replay(byte[] record);

  /**
   * Hears that a start has passed over damage: records are missing among those that were replayed.
   * It comes after the last of them, and before the first snapshot.
   */
  default void damaged() {}

  /**
   * Returns the records that make up the present state. They replace all records before. The log
   * takes them once, one after the other, before it calls another method. So they may be made when
   * they are asked for, and need not be in memory together.
   */
  Iterable<byte[]> snapshot();

  /**
   * Returns the records for some requests. The state does not change yet. If this throws, the log
   * writes nothing and fails all of these requests.
   *
   * @param requests the oldest that wait, one or more
   * @return the records, or none if there is nothing to write: {@link #forced} follows all the
   *     same. A record should have no 512 zero bytes in a row: damage in a last batch with such a
   *     row may pass for a torn end
   */
  List<byte[]> records(List<R> requests);

  /**
   * Changes the state as these requests want, shows it, and answers them. Their records are forced,
   * or written under {@link LogConfig.Ack#WRITTEN}.
   *
   * @param requests the requests of the last call of {@link #records}
   */
  void forced(List<R> requests);

  /**
   * Answers requests that were not forced. The state stays as it was.
   *
   * @param requests one or more, for which {@link #records} may not have been called
   */
  void failed(List<R> requests, Failure failure);

  /** How much a failure tells about the disk. */
  enum Failure {
    /** No start will find the records. */
    NOTHING_WRITTEN,
    /** A start may find the records, or may not. */
    UNKNOWN
  }
}
