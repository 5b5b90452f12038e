package dev.holdfast.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code make test-times}. */
final class TestTimesTest {
  @TempDir Path dir;

  @BeforeEach
  void copy() throws IOException {
    Path bin = Files.createDirectories(dir.resolve("app/bin"));
    Files.copy(Path.of("bin", "test-times"), bin.resolve("test-times"));
  }

  @Test
  void slowest_first_ofAllModules() throws Exception {
    report("app", "dev.holdfast.Quick", "0.25", 3);
    report("app", "dev.holdfast.Slow", "1,025.5", 2);
    report("testkit", "dev.holdfast.Medium", "12.75", 40);

    Program.Result times = times("2");

    assertThat(times.code()).as(times.output()).isZero();
    assertThat(times.output().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "1025.5 s 2 tests app dev.holdfast.Slow",
            "12.8 s 40 tests testkit dev.holdfast.Medium",
            "1038.5 s 45 tests in 3 classes");
  }

  @Test
  void noReports_isSaid() throws Exception {
    Program.Result times = times();

    assertThat(times.code()).isEqualTo(1);
    assertThat(times.output()).contains("no reports");
  }

  @Test
  void whatIsNoNumber_isRefused() throws Exception {
    assertThat(times("many").code()).isEqualTo(2);
  }

  private void report(String module, String name, String seconds, int tests) throws IOException {
    Path reports = Files.createDirectories(dir.resolve(module).resolve("target/surefire-reports"));
    Files.writeString(
        reports.resolve("TEST-" + name + ".xml"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="%s" time="%s" \
        tests="%d" errors="0" skipped="0" failures="0">
        <testcase name="a" classname="%s" time="0.1"/>
        </testsuite>
        """
            .formatted(name, seconds, tests, name));
  }

  private Program.Result times(String... arguments) throws Exception {
    Stream<String> script = Stream.of("sh", dir.resolve("app/bin/test-times").toString());
    return Program.run(dir, Map.of(), Stream.concat(script, Stream.of(arguments)).toList());
  }
}
