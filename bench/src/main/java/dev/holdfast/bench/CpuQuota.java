package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Control groups that give each process at most a share of a core, as a container has it. They need
 * root, and the controller {@code cpu} of either version of control groups. Inside {@code ip netns
 * exec} they cannot be seen.
 *
 * <p>Threading: of one thread.
 */
final class CpuQuota implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int PERIOD_MICROS = 100_000;

  private final List<Path> groups = new ArrayList<>();

  /**
   * Limits a process.
   *
   * @param share of a core
   */
  void limit(Process process, double share) throws IOException {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    if (unified) {
      Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+cpu");
    }
    Path group = (unified ? ROOT : ROOT.resolve("cpu")).resolve("holdfast-" + process.pid());
    Files.createDirectory(group);
    groups.add(group);
    int quota = (int) (share * PERIOD_MICROS);
    if (unified) {
      Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
    } else {
      Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
      Files.writeString(group.resolve("cpu.cfs_quota_us"), Integer.toString(quota));
    }
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
  }

  /** Removes the groups. Call it when their processes have ended. */
  @Override
  public void close() {
    for (Path group : groups) {
      try {
        Files.delete(group);
      } catch (IOException e) {
        System.out.println("left behind: " + group + ": " + e);
      }
    }
  }
}
