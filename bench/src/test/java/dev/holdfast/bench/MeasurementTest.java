package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class MeasurementTest {
  @TempDir Path dir;

  static Stream<Measurement> all() {
    return Stream.of(
        new Bench(), new Growth(), new Profile(), new CounterBench(), new WatchBench());
  }

  @ParameterizedTest
  @MethodSource("all")
  void options_areItsOwn_thenThoseThatAllShare(Measurement measurement) {
    var line = new CommandLine(measurement);

    assertThat(line.getCommandSpec().options())
        .extracting(OptionSpec::longestName)
        .contains("--help", "--dir", "--project", "--out");
    assertThat(line.getUsageMessage()).containsSubsequence("--seconds", "--dir", "--out");
  }

  static Stream<Measurement> withRows() {
    return Stream.of(new CounterBench(), new WatchBench());
  }

  @ParameterizedTest
  @MethodSource("withRows")
  void rowThatThereIsNot_isRefused_andTheOthersAreNamed(Measurement measurement) {
    var errors = new StringWriter();
    var line = new CommandLine(measurement).setErr(new PrintWriter(errors));

    int code =
        line.execute(
            "--rows=memory,nonsense", "--project=.", "--dir=" + dir, "--out=" + dir.resolve("out"));

    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString())
        .startsWith("--rows: there is no row nonsense; the rows are ")
        .contains("memory,");
  }
}
