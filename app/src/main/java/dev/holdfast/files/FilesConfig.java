package dev.holdfast.files;

import dev.holdfast.bounds.Bounds;
import java.util.Locale;
import java.util.Set;

/**
 * How the file service behaves.
 *
 * @param mode when a write is acknowledged
 * @param bodyBytesMax the longest body that a client may send, 0 or more
 * @param answerWithinMs how long a request waits for the origin before it is answered 503, in
 *     milliseconds, 1 or more; while bytes are moving it waits on
 * @param fetchesMax names that are fetched or wait to be fetched at once, 1 or more; one more is
 *     answered 503 at once
 * @param knownEntriesMax names of which the index remembers something, 1 or more
 * @param absentTtlMs how long the origin's word that a file does not exist is believed, in
 *     milliseconds, 0 or more
 * @param cleanTtlMs how long what came from the origin is believed, in milliseconds; 0 for ever,
 *     which is right when nobody else writes to the origin
 * @param retryFirstMs the first wait before a failed request to the origin is repeated, in
 *     milliseconds, 1 or more; waits double and are jittered
 * @param retryMaxMs the longest such wait, in milliseconds
 * @param stopSettleMs how long pending writes are still brought to the origin when the service
 *     stops, in milliseconds, 0 or more
 * @param putExistingStatus how a put of a file that exists is answered: 201 like any other; 200 or
 *     204 to tell it from one of a new file (RFC 9110, 9.3.4), for which the origin is asked about
 *     a file that is not known here
 */
public record FilesConfig(
    Mode mode,
    long bodyBytesMax,
    long answerWithinMs,
    int fetchesMax,
    int knownEntriesMax,
    long absentTtlMs,
    long cleanTtlMs,
    long retryFirstMs,
    long retryMaxMs,
    long stopSettleMs,
    int putExistingStatus) {

  /** When a write is acknowledged. */
  public enum Mode {
    /** When it is on our disk; it reaches the origin afterwards. */
    BEHIND,
    /** When the origin has confirmed it. */
    THROUGH;

    /** The mode in a word, as options, meters and the status say it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The status that answers a put of any file: the origin says nothing else. */
  public static final int ALWAYS_CREATED = 201;

  private static final long LINKED_TTL_MS_MIN = 1_000;

  private static final Set<Integer> PUT_EXISTING = Set.of(200, ALWAYS_CREATED, 204);

  /** The values of a sidecar for which nothing else is said. */
  public static final FilesConfig DEFAULT =
      new FilesConfig(
          Mode.BEHIND,
          1024L * 1024 * 1024,
          9_000,
          1_000,
          200_000,
          60_000,
          0,
          100,
          30_000,
          10_000,
          ALWAYS_CREATED);

  public FilesConfig {
    Bounds.atLeast("bodyBytesMax", bodyBytesMax, 0);
    Bounds.atLeast("answerWithinMs", answerWithinMs, 1);
    Bounds.atLeast("fetchesMax", fetchesMax, 1);
    Bounds.atLeast("knownEntriesMax", knownEntriesMax, 1);
    Bounds.atLeast("absentTtlMs", absentTtlMs, 0);
    Bounds.atLeast("cleanTtlMs", cleanTtlMs, 0);
    Bounds.atLeast("retryFirstMs", retryFirstMs, 1);
    Bounds.atLeast("retryMaxMs", retryMaxMs, retryFirstMs);
    Bounds.atLeast("stopSettleMs", stopSettleMs, 0);
    if (!PUT_EXISTING.contains(putExistingStatus)) {
      throw new IllegalArgumentException(
          "putExistingStatus must be 200, 201 or 204, not " + putExistingStatus);
    }
  }

  /**
   * Returns true if nginx is to answer for names that are known absent, which it may do for a
   * second longer than {@link #absentTtlMs}.
   */
  boolean linksAbsences() {
    return absentTtlMs >= LINKED_TTL_MS_MIN;
  }

  /** The same with another {@code mode}. */
  public FilesConfig withMode(Mode mode) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code bodyBytesMax}. */
  public FilesConfig withBodyBytesMax(long bodyBytesMax) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code answerWithinMs}. */
  public FilesConfig withAnswerWithinMs(long answerWithinMs) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code fetchesMax}. */
  public FilesConfig withFetchesMax(int fetchesMax) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code knownEntriesMax}. */
  public FilesConfig withKnownEntriesMax(int knownEntriesMax) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code absentTtlMs}. */
  public FilesConfig withAbsentTtlMs(long absentTtlMs) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code cleanTtlMs}. */
  public FilesConfig withCleanTtlMs(long cleanTtlMs) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code retryFirstMs}. */
  public FilesConfig withRetryFirstMs(long retryFirstMs) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code retryMaxMs}. */
  public FilesConfig withRetryMaxMs(long retryMaxMs) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code stopSettleMs}. */
  public FilesConfig withStopSettleMs(long stopSettleMs) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }

  /** The same with another {@code putExistingStatus}. */
  public FilesConfig withPutExistingStatus(int putExistingStatus) {
    return new FilesConfig(
        mode,
        bodyBytesMax,
        answerWithinMs,
        fetchesMax,
        knownEntriesMax,
        absentTtlMs,
        cleanTtlMs,
        retryFirstMs,
        retryMaxMs,
        stopSettleMs,
        putExistingStatus);
  }
}
