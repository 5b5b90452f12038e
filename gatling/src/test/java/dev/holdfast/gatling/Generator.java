package dev.holdfast.gatling;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process itself needs of the machine, from the first request that counts: a generator
 * that has no core left measures itself.
 *
 * <p>Threading: guarded by itself.
 */
final class Generator {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private long startNanos = System.nanoTime();
  private long startCpuNanos = system.getProcessCpuTime();
  private boolean begun;

  /** A request that counts is about to be sent; only the first call does something. */
  synchronized void begin() {
    if (!begun) {
      begun = true;
      startNanos = System.nanoTime();
      startCpuNanos = system.getProcessCpuTime();
    }
  }

  int cores() {
    return system.getAvailableProcessors();
  }

  /** The share of all cores, from 0 to 1. */
  synchronized double cpuShare() {
    double used = system.getProcessCpuTime() - startCpuNanos;
    double passed = System.nanoTime() - startNanos;
    // The kernel counts what runs on other cores in ticks, which may be early.
    return Math.min(1, used / passed / cores());
  }
}
