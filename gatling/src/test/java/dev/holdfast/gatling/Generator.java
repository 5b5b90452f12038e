package dev.holdfast.gatling;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process itself needs of the machine, since it was made: a generator that has no core
 * left measures itself.
 */
final class Generator {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final long startNanos = System.nanoTime();
  private final long startCpuNanos = system.getProcessCpuTime();

  int cores() {
    return system.getAvailableProcessors();
  }

  /** The share of all cores, from 0 to 1. */
  double cpuShare() {
    double wall = System.nanoTime() - startNanos;
    return (system.getProcessCpuTime() - startCpuNanos) / wall / cores();
  }
}
