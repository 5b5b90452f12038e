package dev.holdfast.watcher.agent;

/** Tells how long the process was kept from running. */
@FunctionalInterface
public interface Disturbances {
  /** Returns the totals so far. It reads small files of the kernel, and does not wait. */
  Totals totals();

  /**
   * Totals that only grow. One that the system does not tell is 0.
   *
   * @param gcMs how long the garbage collector worked, in ms
   * @param cpuPressureMicros how long something that could run had no CPU, in µs
   * @param throttledMicros how long the quota of the control group held the process up, in µs
   */
  record Totals(long gcMs, long cpuPressureMicros, long throttledMicros) {
    public static final Totals NONE = new Totals(0, 0, 0);
  }
}
