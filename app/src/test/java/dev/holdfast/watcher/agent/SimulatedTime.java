package dev.holdfast.watcher.agent;

import java.util.concurrent.TimeUnit;

/** Clocks that a test moves. */
final class SimulatedTime implements Clock {
  private long nanos;
  private long offsetMicros;

  SimulatedTime(long wallMs) {
    this.offsetMicros = TimeUnit.MILLISECONDS.toMicros(wallMs);
  }

  @Override
  public Moment now() {
    return new Moment(offsetMicros + TimeUnit.NANOSECONDS.toMicros(nanos), nanos);
  }

  long wallMs() {
    return now().wallMs();
  }

  long nanos() {
    return nanos;
  }

  /** Lets time pass on both clocks. */
  void passNanos(long more) {
    nanos += more;
  }

  void passMs(long more) {
    passNanos(TimeUnit.MILLISECONDS.toNanos(more));
  }

  /** Sets the wall clock alone. */
  void setBy(long ms) {
    offsetMicros += TimeUnit.MILLISECONDS.toMicros(ms);
  }
}
