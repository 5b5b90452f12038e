package dev.holdfast.watcher.dns;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers and until when they hold. The one that was asked for longest ago leaves first.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class DnsCache {
  private static final long NANOS_PER_MS = 1_000_000;
  private static final long MS_PER_S = 1_000;

  private final ResolverOptions options;
  private final Map<Question, Kept> entries;

  /**
   * An answer of a server, or a failure.
   *
   * @param untilNanos until when it holds, by the monotonic clock
   * @param restNanos until when no server is asked again
   */
  private record Kept(Found found, long untilNanos, long restNanos) {}

  DnsCache(ResolverOptions options) {
    this.options = options;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
            return size() > options.entriesMax();
          }
        };
  }

  /**
   * Returns what an asker is told without asking a server, or empty if a server has to be asked.
   */
  synchronized Optional<Answer> answer(Question question, long nowNanos) {
    Kept entry = entries.get(question);
    return entry == null || entry.restNanos() - nowNanos <= 0
        ? Optional.empty()
        : Optional.of(new Answer(entry.found(), entry.untilNanos() - nowNanos <= 0));
  }

  /**
   * Returns what an asker is told that cannot wait for a server, or empty if nothing is known. The
   * time of addresses may be over.
   */
  synchronized Optional<Answer> lastResort(Question question, long nowNanos) {
    Optional<Answer> held = answer(question, nowNanos);
    return held.isEmpty() && hasStale(question, nowNanos)
        ? Optional.of(new Answer(entries.get(question).found(), true))
        : held;
  }

  /** Returns true if there are addresses that may be given if no server answers. */
  synchronized boolean hasStale(Question question, long nowNanos) {
    Kept entry = entries.get(question);
    return entry != null && entry.found() instanceof Found.Records && mayBeStale(entry, nowNanos);
  }

  /**
   * Keeps what a question came to, and returns what its askers are told. A failure does not replace
   * addresses, as long as these may be given after their time: the askers get them then, and the
   * servers have a while of rest.
   */
  synchronized Answer keep(Question question, Found found, long nowNanos) {
    return switch (found) {
      case Found.Records records -> fresh(question, records, keptMs(records.ttlS()), nowNanos);
      case Found.Nothing nothing ->
          fresh(question, nothing, bounded(nothing.ttlS(), options.negativeMaxMs()), nowNanos);
      case Found.Failed _, Found.Silence _ ->
          hasStale(question, nowNanos)
              ? stale(question, nowNanos)
              : fresh(question, found, options.failureMs(), nowNanos);
      case Found.Unasked _ -> new Answer(found, false); // it says nothing of the name
    };
  }

  /**
   * The answer to an asker.
   *
   * @param isStale true if the time of the addresses is over
   */
  record Answer(Found found, boolean isStale) {}

  private Answer fresh(Question question, Found found, long ms, long nowNanos) {
    long untilNanos = nowNanos + ms * NANOS_PER_MS;
    entries.put(question, new Kept(found, untilNanos, untilNanos));
    return new Answer(found, false);
  }

  private Answer stale(Question question, long nowNanos) {
    Kept old = entries.get(question);
    long restNanos = nowNanos + options.failureMs() * NANOS_PER_MS;
    entries.put(question, new Kept(old.found(), old.untilNanos(), restNanos));
    return new Answer(old.found(), true);
  }

  private boolean mayBeStale(Kept kept, long nowNanos) {
    return nowNanos - kept.untilNanos() < options.staleMaxMs() * NANOS_PER_MS;
  }

  private long keptMs(long ttlS) {
    return Math.max(options.ttlMinMs(), bounded(ttlS, options.ttlMaxMs()));
  }

  private static long bounded(long ttlS, int mostMs) {
    return ttlS >= mostMs / MS_PER_S ? mostMs : ttlS * MS_PER_S;
  }
}
