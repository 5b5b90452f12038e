package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Outcome;
import java.util.concurrent.TimeUnit;

/**
 * The noise floors of checks by http and by https, which run on loops of their own. A canary that
 * took too long shows a lag of the checks of its kind that ran meanwhile.
 *
 * <p>Threading: the loop adds; any thread may read.
 */
final class NoiseFloors {
  private final Floor plain;
  private final Floor tls;
  private final long lagMaxMicros;

  /** A floor, and the lags of canaries that were far above it. */
  private record Floor(Canaries canaries, Lags lags) {}

  /**
   * @param originNanos a moment of the monotonic clock before all checks
   * @param lagMaxMs the longest time of a canary that is no lag, in ms
   */
  NoiseFloors(long originNanos, int lagMaxMs) {
    this.plain = new Floor(new Canaries(), new Lags(originNanos));
    this.tls = new Floor(new Canaries(), new Lags(originNanos));
    this.lagMaxMicros = TimeUnit.MILLISECONDS.toMicros(lagMaxMs);
  }

  /** Returns the canaries of a kind. */
  Canaries canaries(boolean isTls) {
    return (isTls ? tls : plain).canaries();
  }

  /**
   * Takes the result of a canary. One that is not up has not reached the end of its slowest phase,
   * so all of its time counts.
   *
   * @param startNanos when its check began, by the monotonic clock; its end if it did not begin
   */
  void add(Endpoint canary, CheckResult result, long startNanos, long endNanos) {
    Floor floor = of(canary);
    floor.canaries().add(result);
    long micros =
        result.outcome() == Outcome.UP
            ? result.answer().phases().sumMicros()
            : TimeUnit.NANOSECONDS.toMicros(endNanos - startNanos);
    if (micros > lagMaxMicros) {
      floor.lags().add(endNanos, micros);
    }
  }

  /** Returns the worst lag that canaries of its kind have shown while a check ran, in µs. */
  long worstMicros(Flight flight, long endNanos) {
    return flight.watched.isCanary
        ? 0 // it shows its own time
        : of(flight.endpoint).lags().worstMicros(flight.startNanos, endNanos);
  }

  private Floor of(Endpoint endpoint) {
    return endpoint.request().isTls() ? tls : plain;
  }
}
