package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The memory of processes: their proportional set sizes, so that shared pages count once. Mapped
 * files count; other files in the kernel's cache do not.
 */
final class Memory {
  private static final double KIB_A_MB = 1e6 / 1024;

  private Memory() {}

  /** Returns the memory of processes and their children, in MB. */
  static Figure of(List<Process> processes) throws IOException {
    long kib = 0;
    int counted = 0;
    for (Process process : processes) {
      List<ProcessHandle> all =
          Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
      for (ProcessHandle one : all) {
        try {
          kib += pssKib(Files.readString(Path.of("/proc/" + one.pid() + "/smaps_rollup")));
          counted++;
        } catch (NoSuchFileException e) {
          // The process has ended and holds nothing.
        }
      }
    }
    return new Figure(kib / KIB_A_MB, Map.of("processes", counted), Sample.NONE);
  }

  /**
   * Returns the proportional set size in KiB.
   *
   * @param rollup the kernel's {@code smaps_rollup} of a process
   */
  static long pssKib(String rollup) {
    return rollup
        .lines()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
