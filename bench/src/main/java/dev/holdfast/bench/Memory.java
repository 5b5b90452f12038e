package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What processes hold of the memory: their proportional set sizes, so that what they share counts
 * once. Files that they have mapped count, too; what the kernel keeps of others does not.
 */
final class Memory {
  private static final double KIB_A_MB = 1e6 / 1024;

  private Memory() {}

  /** Of processes and their children, in MB. */
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
          // It has ended since, and holds nothing.
        }
      }
    }
    return new Figure(kib / KIB_A_MB, Map.of("processes", counted), Sample.NONE);
  }

  /**
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
