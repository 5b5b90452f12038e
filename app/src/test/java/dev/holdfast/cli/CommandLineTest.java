package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is wrong with the options is one line that names the option, and exit code 2. */
@Timeout(1_800) // a command that starts all the same runs for ever
final class CommandLineTest {
  private static final String HINT = " ('holdfast %1$s --help' lists what there is)";

  @TempDir Path dir;
  private final StringWriter errors = new StringWriter();
  private final StringWriter output = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up | --port | x | is not an int",
        "up | --pairs | 2.5 | is not an int",
        "up | --file-server-latency-ms | 1s | is not a long",
        "up | --pending-count-max | 3000000000 | is not an int",
        "up | --mode | sideways | BEHIND, THROUGH",
        "sidecar | --port | x | is not an int",
        "sidecar | --body-bytes-max | 1G | is not a long",
        "sidecar | --origin | not a url | cannot convert",
        "fileserver | --latency-ms | fast | is not a long",
        "fileserver | --fault-deadlock=maybe | | is not a boolean",
        "nginx-config | --workers | auto | is not an int",
        "scoreboard | --viewers-max | many | is not an int",
        "scoreboard | --json=perhaps | | is not a boolean",
      })
  void valueOfAnotherKind_namesTheOption(
      String command, String option, String value, String reason) {
    assertThat(run(command, option, value)).isEqualTo(2);
    assertThat(errorLine(command))
        .contains("'" + option.replaceAll("=.*", "") + "'")
        .contains(reason)
        .endsWith(HINT.formatted(command));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up | --host | localhost | must be an IPv4 address, not localhost",
        "up | --host | 300.1.1.1 | must be an IPv4 address, not 300.1.1.1",
        "up | --port | 0 | must be 1 to 65535, not 0",
        "up | --port | 65536 | must be 1 to 65535, not 65536",
        "up | --pairs | 0 | must be 1 to 64, not 0",
        "up | --pairs | 65 | must be 1 to 64, not 65",
        "up | --sidecar-port | 65534 | must be 1 to 65533, not 65534",
        "up | --file-server-port | 0 | must be 1 to 65533, not 0",
        "up | --file-server-latency-ms | -1 | must be 0 to 3600000, not -1",
        "up | --nginx-workers | 0 | must be 1 to 1024, not 0",
        "up | --file-servers | ftp://a | must be like http://host:port, not ftp://a",
        "up | --file-servers | http://a/b | must be like http://host:port, not http://a/b",
        "up | --file-servers | http://a b | Illegal character",
        "up | --connections-max | 0 | must be 1 to 1000, not 0",
        "up | --http-connections-max | 0 | must be 1 or more, not 0",
        "up | --answer-within-ms | 0 | must be at least 1, not 0",
        "up | --pending-bytes-max | 0 | must be at least 1, not 0",
        "sidecar | --host | | must be an address, not empty",
        "sidecar | --port | 65536 | must be 0 to 65535, not 65536",
        "sidecar | --origin | file-server | must be like http://host:port, not file-server",
        "sidecar | --ring | 127.0.0.1 | must be host:port, not 127.0.0.1",
        "sidecar | --ring | a:1,a:1 | cannot be a ring: a server is named twice in [a:1, a:1]",
        "sidecar | --self | a:1 | must be one of the ring, [127.0.0.1:8181], not a:1",
        "sidecar | --body-bytes-max | -1 | must be at least 0, not -1",
        "sidecar | --answer-within-ms | 0 | must be at least 1, not 0",
        "sidecar | --fetches-max | 0 | must be at least 1, not 0",
        "sidecar | --known-entries-max | 0 | must be at least 1, not 0",
        "sidecar | --absent-ttl-ms | -1 | must be at least 0, not -1",
        "sidecar | --clean-ttl-ms | -1 | must be at least 0, not -1",
        "sidecar | --retry-first-ms | 0 | must be at least 1, not 0",
        "sidecar | --retry-max-ms | 99 | must be at least 100, not 99",
        "sidecar | --stop-settle-ms | -1 | must be at least 0, not -1",
        "sidecar | --pending-bytes-max | 0 | must be at least 1, not 0",
        "sidecar | --pending-count-max | 0 | must be at least 1, not 0",
        "sidecar | --room-wait-ms | -1 | must be at least 0, not -1",
        "sidecar | --disk-free-bytes-min | -1 | must be at least 0, not -1",
        "sidecar | --published-bytes-max | -1 | must be at least 0, not -1",
        "sidecar | --published-files-max | -1 | must be at least 0, not -1",
        "sidecar | --cold-bytes-max | -1 | must be at least 0, not -1",
        "sidecar | --cold-files-max | -1 | must be at least 0, not -1",
        "sidecar | --connections-max | 1001 | must be 1 to 1000, not 1001",
        "sidecar | --writes-max | 11 | must be 1 to 10, not 11",
        "sidecar | --connect-timeout-ms | 0 | must be 1 to 2147483647, not 0",
        "sidecar | --silence-max-ms | 0 | must be 1 to 2147483647, not 0",
        "sidecar | --bytes-per-second-min | 0 | must be 1 to 9223372036854775807, not 0",
        "sidecar | --linger-ms | -1 | must be 0 to 2147483647, not -1",
        "sidecar | --http-connections-max | 0 | must be 1 or more, not 0",
        "sidecar | --http-requests-max | 0 | must be 1 or more, not 0",
        "fileserver | --host | | must be an address, not empty",
        "fileserver | --port | -1 | must be 0 to 65535, not -1",
        "fileserver | --latency-ms | 3600001 | must be 0 to 3600000, not 3600001",
        "fileserver | --in-flight-max | 0 | must be 1 to 1000, not 0",
        "fileserver | --send-error-permille | 1001 | must be 0 to 1000, not 1001",
        "fileserver | --send-cut-permille | -1 | must be 0 to 1000, not -1",
        "nginx-config | --host | ::1 | must be an IPv4 address, not ::1",
        "nginx-config | --port | 0 | must be 1 to 65535, not 0",
        "nginx-config | --ring | a | must be host:port, not a",
        "nginx-config | --staging-dir | /a$b | must be a path that nginx can quote",
        "nginx-config | --access-log | log | must be an absolute path, not log",
        "nginx-config | --error-log | log | must be an absolute path, not log",
        "nginx-config | --user | a;b | must be the name of a user, not a;b",
        "nginx-config | --workers | 0 | must be 1 or more, not 0",
        "nginx-config | --worker-memory-bytes-max | 1 | must be 67108864 to 4294967296, not 1",
        "nginx-config | --body-bytes-max | 0 | must be 1 or more, not 0",
        "up | --scoreboard-port | 65536 | must be 0 to 65535, not 65536",
        "scoreboard | --host | | must be an address, not empty",
        "scoreboard | --port | -1 | must be 0 to 65535, not -1",
        "scoreboard | --sidecars | a:1,b | must be host:port, not b",
        "scoreboard | --viewers-max | 0 | must be 1 to 1000, not 0",
        "scoreboard | --viewers-max | 1001 | must be 1 to 1000, not 1001",
      })
  void valueOutOfBounds_namesTheOption(String command, String option, String value, String reason) {
    assertThat(run(command, option, value == null ? "" : value)).isEqualTo(2);
    assertThat(errorLine(command)).startsWith(option).contains(reason);
  }

  @Test
  void tooManyFileServers_namesTheOption() {
    String urls = String.join(",", java.util.Collections.nCopies(65, "http://127.0.0.1:1"));

    assertThat(run("up", "--file-servers", urls)).isEqualTo(2);
    assertThat(errorLine("up")).isEqualTo("--file-servers: 65 are more than 64");
  }

  @Test
  void dataDirThatNginxCannotQuote_namesTheOption() {
    assertThat(run("up", "--data-dir", dir.resolve("a$b").toString())).isEqualTo(2);
    assertThat(errorLine("up")).startsWith("--data-dir must be a path that nginx can quote");
    assertThat(dir).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "sidecar", "fileserver", "nginx-config", "scoreboard"})
  void unknownOption_isNamed(String command) {
    assertThat(run(command, "--prot", "1")).isEqualTo(2);
    assertThat(errorLine(command)).contains("'--prot'").endsWith(HINT.formatted(command));
  }

  @Test
  void unknownCommand_isNamed() {
    assertThat(execute("down")).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("holdfast: ")
        .contains("'down'")
        .endsWith(" ('holdfast --help' lists what there is)" + System.lineSeparator());
    assertThat(errors.toString().lines()).hasSize(1);
  }

  @Test
  void noCommand_isSaid() {
    assertThat(execute()).isEqualTo(2);
    assertThat(errors.toString().lines())
        .containsExactly("holdfast: which command? ('holdfast --help' lists what there is)");
  }

  @Test
  void missingOption_isNamed() {
    assertThat(execute("nginx-config", "--ring", "a:1")).isEqualTo(2);
    assertThat(errorLine("nginx-config")).contains("'--staging-dir=DIR'");
  }

  @Test
  void missingNginx_namesTheOption_andNothingIsMade() {
    assertThat(run("up", "--nginx", dir.resolve("no-nginx").toString())).isEqualTo(2);
    assertThat(errorLine("up")).isEqualTo("--nginx: no program at " + dir.resolve("no-nginx"));
    assertThat(dir).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"up, --data-dir", "sidecar, --staging-dir", "fileserver, --data-dir"})
  void directoryThatCannotBeMade_namesTheOption(String command, String option) throws IOException {
    Path file = Files.createFile(dir.resolve("file"));

    var args =
        new java.util.ArrayList<>(List.of(command, option, file.resolve("below").toString()));
    if (command.equals("up")) { // which looks for nginx first, and never comes to start it
      args.addAll(List.of("--nginx", ProcessHandle.current().info().command().orElseThrow()));
    }
    assertThat(execute(args.toArray(String[]::new))).isEqualTo(2);
    assertThat(errorLine(command)).startsWith(option + ": ").contains(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "fileserver"})
  void unknownAddress_namesTheOption(String command) {
    assertThat(run(command, "--host", "no.such.host.invalid")).isEqualTo(2);
    assertThat(errorLine(command))
        .startsWith("--host, --port: cannot listen on no.such.host.invalid:")
        .endsWith(": unknown address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "up", "sidecar", "fileserver", "nginx-config", "scoreboard"})
  void version_isPrinted(String command) {
    assertThat(execute(command.isEmpty() ? args("--version") : args(command, "--version")))
        .isZero();
    assertThat(output.toString().lines()).hasSize(1);
    assertThat(output.toString()).startsWith("holdfast ");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_teaches(CommandLine command) {
    assertThat(execute(command.getCommandName(), "--help")).isZero();
    assertThat(errors.toString()).isEmpty();
    assertThat(command.getCommandSpec().options())
        .filteredOn(option -> !option.usageHelp() && !option.versionHelp())
        .allSatisfy(option -> assertTeaches(option, output.toString()));
  }

  private static void assertTeaches(OptionSpec option, String help) {
    String words = String.join(" ", option.description());
    String unit = option.paramLabel();
    String shown = option.longestName();
    if (option.negatable()) {
      shown = shown.replaceFirst("--", "--[no-]");
    }
    assertThat(help).contains(shown);
    assertThat(words).as("environment variable").contains("; env HOLDFAST_");
    if (option.negatable()) {
      assertThat(help).contains("all on by default");
    } else {
      assertThat(words).as("default of " + option.longestName()).containsPattern("\\bdefault\\b");
    }
    assertThat(unit).as("unit of " + option.longestName()).isEqualTo(unitOf(option, unit));
  }

  /** The unit that the name of an option says, or the one that it has where the name says none. */
  private static String unitOf(OptionSpec option, String otherwise) {
    String name = option.longestName();
    if (name.endsWith("-ms")) {
      return "MS";
    }
    return name.contains("-bytes-") || name.startsWith("--bytes-") ? "BYTES" : otherwise;
  }

  private static Stream<CommandLine> commands() {
    return Main.commandLine().getSubcommands().values().stream();
  }

  /** The one line of errors, without the command that it begins with. */
  private String errorLine(String command) {
    List<String> lines = errors.toString().lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).startsWith("holdfast " + command + ": ");
    return lines.getFirst().substring(("holdfast " + command + ": ").length());
  }

  /** Runs a command that must not start, and would do no harm in the test's directory. */
  private int run(String command, String option, String value) {
    var all = new java.util.ArrayList<>(List.of(command));
    String name = option.toLowerCase(Locale.ROOT);
    switch (command) {
      case "up", "fileserver" -> addUnless(name, "--data-dir", dir.toString(), all);
      case "sidecar" -> addUnless(name, "--staging-dir", dir.toString(), all);
      case "scoreboard" -> all.add("--live");
      default -> {
        addUnless(name, "--ring", "a:1", all);
        addUnless(name, "--staging-dir", "/d", all);
      }
    }
    all.add(option);
    if (value != null) {
      all.add(value);
    }
    return execute(all.toArray(String[]::new));
  }

  private static void addUnless(String given, String option, String value, List<String> args) {
    if (!given.equals(option)) {
      args.add(option);
      args.add(value);
    }
  }

  private int execute(String... args) {
    return Main.commandLine()
        .setErr(new PrintWriter(errors, true))
        .setOut(new PrintWriter(output, true))
        .execute(args);
  }

  private static String[] args(String... args) {
    return args;
  }
}
