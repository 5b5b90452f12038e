package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Phases;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The moments of one visit, in ns of the monotonic clock.
 *
 * <p>Threading: the loop's thread sets them, each once. Any thread may read.
 */
final class Marks {
  private static final long NANOS_PER_MICRO = 1_000;

  private final LongSupplier nanos;
  private final long rungNanos;
  private final boolean isTls;
  private final OptionalLong triedFromNanos;
  private volatile long startNanos;
  private volatile long connectedNanos;
  private volatile long securedNanos;
  private volatile long sentNanos;
  private volatile long inputNanos;
  private volatile long firstByteNanos;
  private volatile long endNanos;
  private volatile boolean isReused;
  private volatile Stage stage = Stage.WAIT;

  /** How far a visit has come: what it waits for. */
  enum Stage {
    /** For the event loop. */
    WAIT,
    CONNECT,
    TLS,
    REQUEST,
    RESPONSE,
    BODY,
    END
  }

  /**
   * The moments of a visit that begins now, by waiting for its event loop.
   *
   * @param triedFromNanos when an earlier address was tried, if this one is tried instead: the
   *     site's time to connect began then
   */
  Marks(LongSupplier nanos, boolean isTls, OptionalLong triedFromNanos) {
    this.nanos = nanos;
    this.isTls = isTls;
    this.triedFromNanos = triedFromNanos;
    this.rungNanos = nanos.getAsLong();
  }

  Stage stage() {
    return stage;
  }

  /** Returns when the visit began to wait for its event loop. */
  long rungNanos() {
    return rungNanos;
  }

  /** Returns when the first address was tried. */
  long connectFromNanos() {
    return triedFromNanos.orElse(stage == Stage.WAIT ? rungNanos : startNanos);
  }

  void started() {
    startNanos = nanos.getAsLong();
    stage = Stage.CONNECT;
  }

  /** The visit goes on with a connection that is there. */
  void reused() {
    startNanos = nanos.getAsLong();
    isReused = true;
    stage = Stage.REQUEST;
  }

  void connected() {
    connectedNanos = nanos.getAsLong();
    stage = isTls ? Stage.TLS : Stage.REQUEST;
  }

  void secured() {
    securedNanos = nanos.getAsLong();
    stage = Stage.REQUEST;
  }

  void sent() {
    sentNanos = nanos.getAsLong();
    if (stage == Stage.REQUEST) {
      stage = Stage.RESPONSE;
    }
  }

  /** Something came in: the first bytes of an answer, if it becomes one. */
  void input() {
    if (inputNanos == 0) {
      inputNanos = nanos.getAsLong();
    }
  }

  /** The head of the answer is there. */
  void head() {
    firstByteNanos = inputNanos == 0 ? nanos.getAsLong() : inputNanos;
    if (sentNanos == 0) {
      // The site answered before it had read all of the request.
      sentNanos = firstByteNanos;
    }
    stage = Stage.BODY;
  }

  void ended() {
    endNanos = nanos.getAsLong();
    stage = Stage.END;
  }

  /** Returns phases with those that this visit has reached the end of. */
  Phases addTo(Phases phases) {
    Stage reached = stage;
    Phases sum = phases;
    if (reached.compareTo(Stage.WAIT) > 0 && triedFromNanos.isEmpty()) {
      sum = plus(sum, Phase.WAIT, rungNanos, startNanos);
    }
    if (!isReused && reached.compareTo(Stage.CONNECT) > 0) {
      sum = plus(sum, Phase.CONNECT, connectFromNanos(), connectedNanos);
    }
    if (isTls && !isReused && reached.compareTo(Stage.TLS) > 0) {
      sum = plus(sum, Phase.TLS, connectedNanos, securedNanos);
    }
    if (reached.compareTo(Stage.RESPONSE) > 0) {
      sum = plus(sum, Phase.FIRST_BYTE, sentNanos, firstByteNanos);
    }
    if (reached.compareTo(Stage.BODY) > 0) {
      sum = plus(sum, Phase.TRANSFER, firstByteNanos, endNanos);
    }
    return sum;
  }

  private static Phases plus(Phases phases, Phase phase, long fromNanos, long toNanos) {
    return phases.plus(phase, Math.max(0, toNanos - fromNanos) / NANOS_PER_MICRO);
  }
}
