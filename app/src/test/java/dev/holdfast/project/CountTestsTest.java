package dev.holdfast.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last line of {@code make test}. */
final class CountTestsTest {
  @TempDir Path dir;

  @BeforeEach
  void copy() throws IOException {
    Path bin = Files.createDirectories(project().resolve("app/bin"));
    Files.copy(Path.of("bin", "count-tests"), bin.resolve("count-tests"));
  }

  @Test
  void allPass() throws Exception {
    report("app", "One", 3, 0, 0, 1, "");
    report("gatling", "Two", 4, 0, 0, 0, "");

    Program.Result counted = count(0);

    assertThat(counted.code()).isZero();
    assertThat(counted.output()).isEqualTo("6 tests passed, 0 failed, 1 were skipped\n");
  }

  @Test
  void failures_areNamed_whicheverModuleTheyAreIn() throws Exception {
    report(
        "app",
        "One",
        3,
        1,
        0,
        0,
        """
        <testcase name="a" classname="dev.holdfast.One" time="1"/>
        <testcase name="b" classname="dev.holdfast.One" time="1">
          <failure message="expected">at here</failure>
        </testcase>
        """);
    report(
        "gatling",
        "Two",
        2,
        0,
        1,
        1,
        """
        <testcase name="c" classname="dev.holdfast.gatling.Two" time="1">
          <error message="unexpected"/>
        </testcase>
        <testcase name="d" classname="dev.holdfast.gatling.Two"><skipped message="no"/></testcase>
        """);

    Program.Result counted = count(1);

    assertThat(counted.code()).isEqualTo(1);
    assertThat(counted.output().strip())
        .isEqualTo("2 tests passed, 2 failed, 1 were skipped: One.b Two.c");
  }

  /** The build may not have noticed the failures. */
  @Test
  void failuresOfACommandThatSaysItIsWell_fail() throws Exception {
    report("app", "One", 3, 1, 0, 0, "");

    assertThat(count(0).code()).isEqualTo(1);
  }

  /** For example, code does not compile, or a JVM crashed. */
  @Test
  void buildThatFails_withoutATestThatFailed() throws Exception {
    report("app", "One", 3, 0, 0, 0, "");

    Program.Result counted = count(7);

    assertThat(counted.code()).isEqualTo(7);
    assertThat(counted.output()).contains("3 tests passed", "the build failed");
  }

  @Test
  void noTests_isAFailure() throws Exception {
    Program.Result counted = count(0);

    assertThat(counted.code()).isEqualTo(1);
    assertThat(counted.output()).isEqualTo("no test ran\n");
  }

  @Test
  void reportsOfAnEarlierRun_areNotCounted() throws Exception {
    Path earlier = project().resolve("app/target/surefire-reports");
    Files.createDirectories(earlier);
    Files.writeString(earlier.resolve("TEST-Old.xml"), suite("Old", 5, 5, 0, 0, ""));
    report("app", "One", 3, 0, 0, 0, "");

    assertThat(count(0).output()).isEqualTo("3 tests passed, 0 failed, 0 were skipped\n");
  }

  private Path project() {
    return dir.resolve("project");
  }

  /** Makes a report that the command leaves. */
  private void report(
      String module, String name, int tests, int failures, int errors, int skipped, String cases)
      throws IOException {
    Path reports = Files.createDirectories(dir.resolve("new").resolve(module));
    Files.writeString(
        Files.createDirectories(reports.resolve("target/surefire-reports"))
            .resolve("TEST-" + name + ".xml"),
        suite(name, tests, failures, errors, skipped, cases));
  }

  private static String suite(
      String name, int tests, int failures, int errors, int skipped, String cases) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="%s" time="1.5" \
        tests="%d" errors="%d" skipped="%d" failures="%d">
        %s</testsuite>
        """
        .formatted(name, tests, errors, skipped, failures, cases);
  }

  /** Counts the tests of a command that leaves the reports and exits with a code. */
  private Program.Result count(int code) throws Exception {
    String command = "[ ! -d ../new ] || cp -r ../new/. .; exit " + code;
    return Program.run(
        dir,
        Map.of(),
        List.of("sh", project().resolve("app/bin/count-tests").toString(), "sh", "-c", command));
  }
}
