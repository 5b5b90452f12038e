package dev.holdfast.disk;

import dev.holdfast.bounds.Bounds;
import java.util.Optional;

/**
 * The names and the bounds of a log.
 *
 * @param filePrefix the beginning of its files' names, in front of a number; lower-case letters and
 *     hyphens
 * @param older reads the files that the service wrote before it had a log
 * @param damage decides about a start that finds damage
 * @param ack when a request is answered
 * @param requestsPerForceMax how many requests share a force, 1 or more; further ones share the one
 *     after it
 * @param forceSpacingMs the time from the begin of a force to the next, while several requests come
 *     at once, in milliseconds; 0 or more
 * @param waitingMax how many requests may wait, 1 or more; {@link RecordLog#ask} refuses further
 *     ones
 * @param recordBytesMax the longest record, 1 to {@value #RECORD_BYTES_LIMIT}; a longer one fails
 *     all requests of its force, and nothing is written
 * @param rotationBytes how many bytes are appended to a file before another one replaces it, 1 or
 *     more; or as many as its snapshot has, if that is more
 * @param aheadBytes how many zeros are written behind the records before they are overwritten, 0 or
 *     more: a force of bytes that replace others costs less than one of a file that grows
 */
public record LogConfig(
    String filePrefix,
    Optional<OlderLog> older,
    Damage damage,
    Ack ack,
    int requestsPerForceMax,
    int forceSpacingMs,
    int waitingMax,
    int recordBytesMax,
    int rotationBytes,
    int aheadBytes) {

  /** The highest value of {@code recordBytesMax}. */
  public static final int RECORD_BYTES_LIMIT = 16 * 1024 * 1024;

  /** A start that finds damage in the latest file does one of these. */
  public enum Damage {
    /** It is refused: {@link DamagedLogException}. */
    REFUSE,
    /**
     * It keeps the file as {@code set-aside-} and its name, and goes on with the intact records.
     */
    SET_ASIDE
  }

  /** The moment at which a request is answered. */
  public enum Ack {
    /** When its record is forced to the disk. The record outlives a power failure. */
    FORCED,
    /**
     * When its record is written. The record outlives the process. A power failure may take the
     * latest ones back. A start, a rotation and a close force as always.
     */
    WRITTEN
  }

  public LogConfig {
    if (!filePrefix.matches("[a-z-]+")) {
      throw new IllegalArgumentException("filePrefix must be letters and hyphens: " + filePrefix);
    }
    Bounds.atLeast("requestsPerForceMax", requestsPerForceMax, 1);
    Bounds.atLeast("forceSpacingMs", forceSpacingMs, 0);
    Bounds.atLeast("waitingMax", waitingMax, 1);
    Bounds.atLeast("recordBytesMax", recordBytesMax, 1);
    Bounds.atLeast("rotationBytes", rotationBytes, 1);
    Bounds.atLeast("aheadBytes", aheadBytes, 0);
    if (recordBytesMax > RECORD_BYTES_LIMIT) {
      throw new IllegalArgumentException("recordBytesMax must be at most " + RECORD_BYTES_LIMIT);
    }
  }

  /** Returns a log of short records, without an older form, that refuses damage. */
  public static LogConfig of(String filePrefix) {
    return new LogConfig(
        filePrefix,
        Optional.empty(),
        Damage.REFUSE,
        Ack.FORCED,
        256,
        5,
        16_384,
        64 * 1024,
        128 * 1024,
        0);
  }

  /** Returns the same log, which also takes up the files of an older version of the service. */
  public LogConfig with(OlderLog olderLog) {
    return copy(Optional.of(olderLog), damage, ack);
  }

  /** Returns the same log with another answer to damage. */
  public LogConfig with(Damage otherDamage) {
    return copy(older, otherDamage, ack);
  }

  /** Returns the same log with requests answered at another moment. */
  public LogConfig with(Ack otherAck) {
    return copy(older, damage, otherAck);
  }

  private LogConfig copy(Optional<OlderLog> otherOlder, Damage otherDamage, Ack otherAck) {
    return new LogConfig(
        filePrefix,
        otherOlder,
        otherDamage,
        otherAck,
        requestsPerForceMax,
        forceSpacingMs,
        waitingMax,
        recordBytesMax,
        rotationBytes,
        aheadBytes);
  }
}
