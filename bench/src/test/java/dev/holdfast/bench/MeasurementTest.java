package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class MeasurementTest {
  static Stream<Measurement> all() {
    return Stream.of(new Bench(), new Growth(), new Profile(), new CounterBench());
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
}
