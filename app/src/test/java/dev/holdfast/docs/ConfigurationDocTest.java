package dev.holdfast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.system.compose.ComposeFileTest;
import dev.holdfast.system.nginx.NginxFixture;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Compares docs/configuration.md with the commands. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfigurationDocTest {
  private static final Pattern COMMAND = Pattern.compile("`([a-z-]+)`");
  private static final Pattern OPTION_ROW =
      Pattern.compile("(?m)^\\| `(--[a-z-]+)` \\| `(\\w+)` \\| ([^|]+) \\| ([^|]+) \\|");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+)(?::-.*)?}");

  /** The option of every command. It has a section of its own. */
  private static final String CONFIG = "--config";

  @TempDir private Path directory;
  private String doc;

  /** The sections by their headings. */
  private Map<String, String> sections;

  /** An option of a command, from the document or from the command. */
  private record Documented(String command, String option, String environment, String byDefault) {}

  @BeforeAll
  void read() throws IOException {
    doc = Files.readString(Path.of("..", "docs", "configuration.md"));
    sections =
        Stream.of(doc.split("(?m)^(?=## )"))
            .filter(section -> section.startsWith("## "))
            .collect(Collectors.toMap(s -> s.lines().findFirst().orElseThrow(), s -> s));
  }

  @Test
  void options_areThoseOfTheCommands() {
    assertThat(documented()).doesNotHaveDuplicates().hasSizeGreaterThan(80);
    assertThat(documented()).containsExactlyInAnyOrderElementsOf(actual());
  }

  @Test
  void everyOption_hasUnitAndBound() {
    assertThat(OPTION_ROW.matcher(doc).results()).isNotEmpty();
    assertThat(doc.lines().filter(line -> line.startsWith("| `--")))
        .allSatisfy(line -> assertThat(line.split(" \\| ")).as(line).hasSize(6))
        .allSatisfy(line -> assertThat(line.split(" \\| ")).as(line).noneMatch(String::isBlank));
  }

  @Test
  void unit_isWhatTheNameSays() {
    assertThat(OPTION_ROW.matcher(doc).results())
        .allSatisfy(
            row -> {
              if (row.group(1).endsWith("-ms")) {
                assertThat(row.group(3)).as(row.group()).isEqualTo("ms");
              } else if (row.group(1).contains("bytes-")) {
                assertThat(row.group(3)).as(row.group()).startsWith("bytes");
              }
            });
  }

  @Test
  void optionsInTheText_exist() {
    List<String> known =
        Main.commandLine().getSubcommands().values().stream()
            .flatMap(command -> command.getCommandSpec().options().stream())
            .flatMap(option -> Stream.of(option.names()))
            .flatMap(name -> Stream.of(name, name + "=VALUE"))
            .toList();

    assertThat(
            Pattern.compile("`(--[a-z-]+)`")
                .matcher(doc)
                .results()
                .map(match -> match.group(1))
                .filter(option -> !List.of("--help", "--version", CONFIG).contains(option)))
        .isNotEmpty()
        .isSubsetOf(known);
  }

  /** A command with the example's file reads it whole, so every key in it is known. */
  @ParameterizedTest
  @CsvSource({
    "up, --port, 8088",
    "up, --file-servers, '[http://10.0.0.1:1234, http://10.0.0.2:1234]'",
    "up, --data-dir, /var/lib/holdfast",
    "up, --mode, THROUGH",
    "up, --settled-keep-ms, 120000",
    "up, --cas-delete, true",
    "up, --fibonacci-position-max, 50000",
    "sidecar, --fibonacci-position-max, 50000",
    "scoreboard, --live, true",
    "scoreboard, --sidecars, '[127.0.0.1:8181, 127.0.0.1:8182]'",
  })
  void exampleOfAFile_isTaken(String command, String option, String value) throws IOException {
    Matcher example = Pattern.compile("(?s)```yaml\\n(.*?)```").matcher(section("## A file"));
    assertThat(example.find()).isTrue();
    Path file = Files.writeString(directory.resolve("holdfast.yaml"), example.group(1));

    CommandLine holdfast = Main.commandLine();
    holdfast.parseArgs(command, CONFIG, file.toString());

    Object taken =
        holdfast.getSubcommands().get(command).getCommandSpec().findOption(option).getValue();
    assertThat(String.valueOf(taken)).isEqualTo(value);
  }

  @Test
  void fileSections_areThoseOfTheCommands() {
    assertThat(Main.commandLine().getSubcommands())
        .allSatisfy(
            (name, command) -> {
              assertThat(command.getCommandSpec().findOption(CONFIG)).as(name).isNotNull();
              assertThat(section("## A file")).contains("`" + name + "`");
            });
    assertThat(section("## A file")).contains("| `--config` | `HOLDFAST_CONFIG` | file | none |");
  }

  @Test
  void fixedLimitsOfHttp_areThoseOfTheCode() {
    assertThat(doc)
        .contains("--http-requests-max` | ms | " + HttpLimits.DEFAULT.queueWaitMs() + " |")
        .contains("silence on a connection | ms | " + HttpLimits.DEFAULT.idleTimeoutMs() + " |")
        .contains("at a stop | ms | " + HttpLimits.DEFAULT.stopTimeoutMs() + " |");
  }

  @Test
  void fixedLimitsOfNginx_areThoseOfItsConfiguration() throws IOException {
    String configuration =
        NginxFixture.config(Path.of("/d"), 8080, List.of("a:1"), NginxConfig.Limits.DEFAULT)
            .files()
            .inOne();
    List<String> directives =
        section("## nginx")
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();

    assertThat(directives).hasSizeGreaterThan(10);
    assertThat(directives)
        .allSatisfy(
            directive ->
                assertThat(configuration)
                    .containsPattern("(?<![\\w-])" + Pattern.quote(directive) + "[;\\s]"));
    assertThat(section("## nginx").replaceAll("\\s+", " "))
        .contains(row(NginxConfig.Workers.DEFAULT, "`up`, and the default of `nginx-config`"))
        .contains(row(ComposeFileTest.nginxWorkers(), "Compose, in a container of 256 MiB"))
        .contains(NginxConfig.Limits.DEFAULT.connectTimeoutMs() + " ms to connect")
        .contains(NginxConfig.Limits.DEFAULT.readTimeoutMs() + " ms between two reads or writes");
  }

  private static String row(NginxConfig.Workers workers, String where) {
    return "| %d | %s | %d | %d | %d |"
        .formatted(
            workers.memoryBytesMax(),
            where,
            workers.connectionsMax(),
            workers.requestsMax(),
            workers.filesMax());
  }

  @Test
  void variablesOfMake_areThoseOfTheMakefile() throws IOException {
    String makefile = Files.readString(Path.of("..", "Makefile"));
    List<MatchResult> rows =
        Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| `([a-z]+)` \\|")
            .matcher(section("## make"))
            .results()
            .toList();

    assertThat(rows).isNotEmpty();
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(makefile)
                    .containsPattern(
                        "(?m)^"
                            + row.group(2)
                            + ":(?:.*\\n)(?:\\t.*\\n)*?\\t.*\\$\\("
                            + row.group(1)
                            + "\\)"));
  }

  private List<Documented> documented() {
    return sections.entrySet().stream()
        .flatMap(section -> documented(section.getKey(), section.getValue()))
        .toList();
  }

  private static Stream<Documented> documented(String heading, String section) {
    List<String> commands =
        COMMAND.matcher(heading).results().map(match -> match.group(1)).toList();
    return OPTION_ROW
        .matcher(section)
        .results()
        .flatMap(
            row ->
                commands.stream()
                    .map(
                        command ->
                            new Documented(
                                command,
                                row.group(1),
                                row.group(2),
                                row.group(4).replace("`", ""))));
  }

  private static List<Documented> actual() {
    return Main.commandLine().getSubcommands().entrySet().stream()
        .flatMap(command -> actual(command.getKey(), command.getValue()))
        .toList();
  }

  private static Stream<Documented> actual(String name, CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .filter(option -> !option.longestName().equals(CONFIG))
        .map(option -> actual(name, option));
  }

  private static Documented actual(String command, OptionSpec option) {
    String raw =
        option.userObject() instanceof Field field
            ? field.getAnnotation(Option.class).defaultValue()
            : option.userObject().toString(); // of a command that a service has made
    Matcher variable = VARIABLE.matcher(raw);
    assertThat(variable.matches()).as(option.longestName() + ": " + raw).isTrue();
    String value = option.defaultValueString(true);
    return new Documented(
        command,
        option.longestName(),
        variable.group(1),
        List.of("", "null").contains(value) ? "none" : value);
  }

  private String section(String heading) {
    assertThat(sections).containsKey(heading);
    return sections.get(heading);
  }
}
