package dev.holdfast.watcher.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The worst lags of the last {@value #SPAN_MS} ms, by pieces of {@value #PIECE_MS} ms. A lag counts
 * in each piece that it reaches into.
 *
 * <p>Threading: may be used from any number of threads. A piece that is overwritten while somebody
 * reads it may be seen as empty: its time is over then.
 */
public final class Lags implements LagSampler {
  /** How far back lags are known, in ms: longer than the longest time-out. */
  public static final long SPAN_MS = 102_400;

  private static final long PIECE_MS = 100;
  private static final int PIECES = (int) (SPAN_MS / PIECE_MS);
  private static final long PIECE_NANOS = TimeUnit.MILLISECONDS.toNanos(PIECE_MS);
  private static final int LAG_BITS = 28;
  private static final long LAG_MAX_MICROS = (1L << LAG_BITS) - 1;

  /** Each has the number of its piece, above {@value #LAG_BITS} bits, and the worst lag in µs. */
  private final AtomicLongArray pieces = new AtomicLongArray(PIECES);

  private final long originNanos;

  /**
   * @param originNanos a moment of the monotonic clock; lags come after it
   */
  public Lags(long originNanos) {
    this.originNanos = originNanos - PIECE_NANOS; // so that no piece has the number 0
  }

  /**
   * Adds a lag.
   *
   * @param endNanos its end, on the monotonic clock
   * @param lagMicros its length in µs
   */
  public void add(long endNanos, long lagMicros) {
    long lag = Math.min(lagMicros, LAG_MAX_MICROS);
    if (lag <= 0) {
      return;
    }
    long last = piece(endNanos);
    long first = Math.max(last - PIECES + 1, piece(endNanos - TimeUnit.MICROSECONDS.toNanos(lag)));
    for (long piece = Math.max(first, 1); piece <= last; piece++) {
      long added = (piece << LAG_BITS) | lag;
      pieces.accumulateAndGet((int) (piece % PIECES), added, Math::max);
    }
  }

  @Override
  public long worstMicros(long fromNanos, long toNanos) {
    long last = piece(toNanos);
    long worst = 0;
    for (long piece = Math.max(1, Math.max(piece(fromNanos), last - PIECES + 1));
        piece <= last;
        piece++) {
      long found = pieces.get((int) (piece % PIECES));
      if (found >>> LAG_BITS == piece) {
        worst = Math.max(worst, found & LAG_MAX_MICROS);
      }
    }
    return worst;
  }

  private long piece(long nanos) {
    return Math.floorDiv(nanos - originNanos, PIECE_NANOS);
  }
}
