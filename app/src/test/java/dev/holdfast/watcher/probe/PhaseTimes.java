package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Phase;

/**
 * The phases of one request as an instrument has measured them, in µs.
 *
 * @param tlsMicros 0 without TLS
 */
record PhaseTimes(long connectMicros, long tlsMicros, long firstByteMicros, long transferMicros) {

  /** Returns the times between moments in ns. */
  static PhaseTimes between(
      long startNanos,
      long connectedNanos,
      long securedNanos,
      long sentNanos,
      long firstByteNanos,
      long endNanos) {
    return new PhaseTimes(
        (connectedNanos - startNanos) / 1_000,
        (securedNanos - connectedNanos) / 1_000,
        (firstByteNanos - sentNanos) / 1_000,
        (endNanos - firstByteNanos) / 1_000);
  }

  /** Returns the times that the engine has measured. */
  static PhaseTimes of(Measured measured) {
    return new PhaseTimes(
        micros(measured, Phase.CONNECT),
        micros(measured, Phase.TLS),
        micros(measured, Phase.FIRST_BYTE),
        micros(measured, Phase.TRANSFER));
  }

  private static long micros(Measured measured, Phase phase) {
    return measured.answer().phases().micros(phase).orElse(0);
  }

  /** Returns the time from the request to the end of the answer. */
  long answerMicros() {
    return firstByteMicros + transferMicros;
  }
}
