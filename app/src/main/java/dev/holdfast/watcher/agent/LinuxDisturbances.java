package dev.holdfast.watcher.agent;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The totals of Linux: {@code /proc/pressure/cpu} (kernel: Documentation/accounting/psi.rst) and
 * {@code cpu.stat} of the control group (Documentation/admin-guide/cgroup-v2.rst), and those of the
 * JVM's garbage collectors. A file that is missing counts as 0: older kernels, and other systems,
 * have none.
 */
public final class LinuxDisturbances implements Disturbances {
  private static final Pattern PRESSURE = Pattern.compile("(?m)^some .*\\btotal=(\\d+)");
  private static final Pattern THROTTLED = Pattern.compile("(?m)^throttled_usec (\\d+)");

  private final Path pressure;
  private final Path cpuStat;

  /** Reads the files of this process. */
  public LinuxDisturbances() {
    this(
        Path.of("/proc/pressure/cpu"),
        cpuStat(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup")));
  }

  LinuxDisturbances(Path pressure, Path cpuStat) {
    this.pressure = pressure;
    this.cpuStat = cpuStat;
  }

  /**
   * Returns the file of the control group that this process is in. In a container that is the root
   * of all that it sees, and under systemd a group of the service.
   *
   * @param groups where the control groups are
   * @param ownGroup {@code /proc/self/cgroup} (cgroups(7)): its line {@code 0::PATH} is of version
   *     2
   */
  static Path cpuStat(Path groups, Path ownGroup) {
    try {
      return Files.readAllLines(ownGroup).stream()
          .filter(line -> line.startsWith("0::/"))
          .findFirst()
          .map(line -> groups.resolve(line.substring("0::/".length())).resolve("cpu.stat"))
          .orElse(groups.resolve("cpu.stat"));
    } catch (IOException none) {
      return groups.resolve("cpu.stat");
    }
  }

  @Override
  public Totals totals() {
    long gcMs =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .filter(ms -> ms > 0) // -1 if a collector does not tell
            .sum();
    return new Totals(gcMs, number(pressure, PRESSURE), number(cpuStat, THROTTLED));
  }

  private static long number(Path file, Pattern pattern) {
    try {
      Matcher found = pattern.matcher(Files.readString(file));
      return found.find() ? Long.parseLong(found.group(1)) : 0;
    } catch (IOException unknown) {
      return 0; // a cause that the kernel does not tell is not named
    }
  }
}
