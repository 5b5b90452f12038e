package dev.holdfast.watcher.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxDisturbancesTest {
  @TempDir Path dir;

  @Test
  void totals_areThoseOfTheKernelsFiles() throws IOException {
    Path pressure = dir.resolve("cpu");
    Path stat = dir.resolve("cpu.stat");
    Files.writeString(
        pressure,
        """
        some avg10=1.53 avg60=0.87 avg300=0.73 total=123456
        full avg10=0.00 avg60=0.00 avg300=0.00 total=7
        """);
    Files.writeString(stat, "usage_usec 99\nnr_throttled 3\nthrottled_usec 4711\n");

    Disturbances.Totals totals = new LinuxDisturbances(pressure, stat).totals();

    assertThat(totals.cpuPressureMicros()).isEqualTo(123_456);
    assertThat(totals.throttledMicros()).isEqualTo(4_711);
    assertThat(totals.gcMs()).isNotNegative();
  }

  @Test
  void cpuStat_isThatOfTheOwnGroup() throws IOException {
    Path own = dir.resolve("cgroup");
    Path groups = dir.resolve("groups");
    Files.writeString(own, "1:name=systemd:/other\n0::/system.slice/watch.service\n");
    assertThat(LinuxDisturbances.cpuStat(groups, own))
        .isEqualTo(groups.resolve("system.slice/watch.service/cpu.stat"));
    Files.writeString(own, "0::/\n"); // as a container sees it
    assertThat(LinuxDisturbances.cpuStat(groups, own)).isEqualTo(groups.resolve("cpu.stat"));
    assertThat(LinuxDisturbances.cpuStat(groups, dir.resolve("none")))
        .isEqualTo(groups.resolve("cpu.stat"));
  }

  @Test
  void totals_areZero_whereTheSystemTellsNone() {
    Disturbances.Totals totals =
        new LinuxDisturbances(dir.resolve("none"), dir.resolve("none")).totals();

    assertThat(totals.cpuPressureMicros()).isZero();
    assertThat(totals.throttledMicros()).isZero();
  }
}
