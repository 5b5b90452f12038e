package dev.holdfast.gatling;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The CPU time that this process itself needs, from the first request that counts. A generator
 * without a free core measures itself.
 *
 * <p>Threading: guarded by itself.
 */
final class Generator {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private long startNanos = System.nanoTime();
  private long startCpuNanos = system.getProcessCpuTime();
  private boolean begun;

  /** Begins to count, at the first request that counts. Later calls do nothing. */
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

  /** Returns the share of all cores, from 0 to 1. */
  synchronized double cpuShare() {
    double used = system.getProcessCpuTime() - startCpuNanos;
    double passed = System.nanoTime() - startNanos;
    // The kernel counts time on other cores in ticks, which may be early.
    return Math.min(1, used / passed / cores());
  }
}
