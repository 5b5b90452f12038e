package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.fibonacci.FibonacciConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.origin.OriginConfig;
import dev.holdfast.scoreboard.BoardConfig;
import dev.holdfast.service.Configured;
import dev.holdfast.staging.StagingLimits;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command without options makes the DEFAULT of each record, from the numbers in the records. */
final class RecordDefaultsTest {
  private record Bounds(int namesMax, long waitMs) {}

  private record Others(long waitMs) {}

  @ParameterizedTest
  @ValueSource(strings = {"up", "sidecar"})
  void noOptions_makeTheDefaultsOfTheRecords(String command) throws Exception {
    CommandLine holdfast = Main.commandLine(ServiceTypes.ALL, _ -> null);
    holdfast.parseArgs(command);
    Map<String, CommandSpec> mixins =
        holdfast.getSubcommands().get(command).getCommandSpec().mixins();
    var limits = (LimitOptions) mixins.get("limits").userObject();
    var requests = (RequestOptions) mixins.get("requests").userObject();
    var store = (CasOptions) mixins.get("store").userObject();
    URI origin = URI.create("http://127.0.0.1:1234");

    assertThat(limits.files()).isEqualTo(FilesConfig.DEFAULT);
    assertThat(limits.staging()).isEqualTo(StagingLimits.DEFAULT);
    assertThat(limits.origin(origin, "--origin")).isEqualTo(OriginConfig.of(origin));
    assertThat(requests.http()).isEqualTo(HttpLimits.DEFAULT);
    assertThat(store.cas(FilesConfig.DEFAULT)).isEqualTo(CasConfig.DEFAULT);
  }

  @Test
  void services_haveTheDefaultsOfTheirRecords() throws Exception {
    var hosted = new HostedOptions(ServiceTypes.ALL);
    var command = new CommandLine(new SidecarCommand(hosted));
    hosted.addTo(command.getCommandSpec());
    var holdfast = new CommandLine(new Main()).addSubcommand(command);
    holdfast.setDefaultValueProvider(
        new ConfigDefaults(new ConfigKeys(holdfast, Set.of("fibonacci")), _ -> null));
    holdfast.setCaseInsensitiveEnumValuesAllowed(true).parseArgs("sidecar");

    assertThat(hosted.configured())
        .extracting(Configured::config)
        .isEqualTo(List.of(FibonacciConfig.DEFAULT));
  }

  /** An option has its default in its annotation or in a record, and never in both. */
  @ParameterizedTest
  @MethodSource("options")
  void option_hasItsDefaultInOnePlace(OptionSpec option) throws Exception {
    if (option.scope().get() instanceof RecordDefaults.Source source
        && source.defaults().containsKey(option.longestName())) {
      assertThat(option.defaultValue()).as(option.longestName()).isNull();
    }
  }

  @Test
  void help_showsTheDefaultsOfTheRecords() {
    OptionSpec viewers = option("scoreboard", "--viewers-max");
    assertThat(viewers.defaultValue()).isNull();
    assertThat(viewers.defaultValueString())
        .isEqualTo(RecordDefaults.text(BoardConfig.VIEWERS_MAX_DEFAULT));
    assertThat(option("nginx-config", "--workers").defaultValueString()).isEqualTo("1");
    assertThat(option("fileserver", "--latency-ms").defaultValueString())
        .isEqualTo(option("up", "--file-server-latency-ms").defaultValueString());
    assertThat(option("sidecar", "--mode").defaultValueString()).isEqualTo("behind");
    assertThat(option("sidecar", "--settled-proof").defaultValueString()).isEqualTo("connection");
  }

  @Test
  void recordsThatDiffer_areRefused() {
    assertThat(RecordDefaults.of(Map.of("waitMs", "--w"), new Bounds(1, 2), new Others(2)))
        .isEqualTo(Map.of("--names-max", "1", "--w", "2"));
    assertThatIllegalStateException()
        .isThrownBy(() -> RecordDefaults.of(Map.of(), new Bounds(1, 2), new Others(3)))
        .withMessageContaining("--wait-ms");
  }

  private static OptionSpec option(String command, String name) {
    return Main.commandLine(ServiceTypes.ALL, _ -> null)
        .getSubcommands()
        .get(command)
        .getCommandSpec()
        .findOption(name);
  }

  private static Stream<OptionSpec> options() {
    return Main.commandLine(ServiceTypes.ALL, _ -> null).getSubcommands().values().stream()
        .flatMap(command -> command.getCommandSpec().options().stream());
  }
}
