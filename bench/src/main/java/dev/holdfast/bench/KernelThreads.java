package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's own threads, such as those that write files back. */
final class KernelThreads {
  private static final String PARENT = "2"; // kthreadd

  private KernelThreads() {}

  /** Returns the CPU time of all that run now, in nanoseconds. It shrinks when one ends. */
  static long nanos() throws IOException {
    long sum = 0;
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          String stat = Files.readString(process.resolve("stat"));
          String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
          if (afterName[1].equals(PARENT)) {
            String schedule = Files.readString(process.resolve("schedstat"));
            sum += Long.parseLong(schedule.split(" ", 2)[0]);
          }
        } catch (IOException ended) {
          // Its time is lost, which is little: the kernel's threads stay.
        }
      }
    }
    return sum;
  }
}
