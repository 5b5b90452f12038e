package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code --config}: the rank of the file among options and environment, and its complaints. */
final class ConfigFileTest {
  @TempDir private Path dir;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter errors = new StringWriter();
  private final StringWriter output = new StringWriter();

  /** An option of each kind: its values from the flag, the environment, the file and nobody. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up | port | HOLDFAST_UP_PORT | 1 | 2 | 3 | 8080",
        "up | host | HOLDFAST_UP_HOST | 10.0.0.1 | 10.0.0.2 | 10.0.0.3 | 127.0.0.1",
        "up | data-dir | HOLDFAST_UP_DATA_DIR | a | b | c d | holdfast-data",
        "up | nginx | HOLDFAST_UP_NGINX | /a | /b | /c | null",
        "up | file-servers | HOLDFAST_UP_FILE_SERVERS | a,b | c,d | [e, f] | []",
        "up | pending-bytes-max | HOLDFAST_PENDING_BYTES_MAX | 1 | 2 | 3 | 2147483648",
        "sidecar | mode | HOLDFAST_MODE | THROUGH | BEHIND | THROUGH | BEHIND",
        "sidecar | origin | HOLDFAST_ORIGIN | http://a:1 | http://b:1 | http://c:1 | http://127.0.0.1:1234",
        "sidecar | cas-delete | HOLDFAST_CAS_DELETE | true | false | true | false",
        "sidecar | http-requests-max | HOLDFAST_HTTP_REQUESTS_MAX | 1 | 2 | 3 | 1024",
        "sidecar | settled-proof | HOLDFAST_SETTLED_PROOF | COMPARE | CONNECTION | COMPARE | CONNECTION",
        "fileserver | seed | HOLDFAST_FILESERVER_SEED | 5 | 6 | 7 | 1",
        "nginx-config | user | HOLDFAST_NGINX_USER | a | b | c | ''",
        "scoreboard | viewers-max | HOLDFAST_SCOREBOARD_VIEWERS_MAX | 1 | 2 | 3 | 20",
        "scoreboard | summary | HOLDFAST_SCOREBOARD_SUMMARY | a | b | c | null",
        "scrub | dir | HOLDFAST_SCRUB_DIR | a,b | c | [d, e] | []",
      })
  void flagWinsOverEnvironment_environmentOverFile_fileOverDefault(
      String command,
      String name,
      String variable,
      String flag,
      String inEnvironment,
      String inFile,
      String byDefault)
      throws IOException {
    String option = "--" + name;
    assertThat(value(command, option)).isEqualTo(text(byDefault));
    Path file = file(command + ":\n  " + name + ": " + inFile);
    assertThat(value(command, option, "--config", file.toString())).isEqualTo(text(inFile));
    environment.put(variable, inEnvironment);
    assertThat(value(command, option, "--config", file.toString())).isEqualTo(text(inEnvironment));
    assertThat(value(command, option, "--config=" + file, option + "=" + flag))
        .isEqualTo(text(flag));
  }

  @Test
  void negatableSwitch_isFalseInAFile() throws IOException {
    Path file = file("fileserver:\n  fault-deadlock: false\n");
    String option = "--fault-deadlock";

    assertThat(value("fileserver", option)).isEqualTo("true");
    assertThat(value("fileserver", option, "--config", file.toString())).isEqualTo("false");
    assertThat(value("fileserver", option, "--config", file.toString(), option)).isEqualTo("true");
  }

  @Test
  void requiredOptions_mayComeFromAFile() throws IOException {
    Path file =
        file(
            """
            nginx-config:
              ring:
                - 10.0.0.1:8181
                - 10.0.0.2:8181
              staging-dir: /srv/staging
              port: 8088
            """);

    assertThat(execute("nginx-config", "--config", file.toString())).as(errors.toString()).isZero();
    assertThat(output.toString()).contains("10.0.0.1:8181", "10.0.0.2:8181", "8088");
  }

  @Test
  void environment_namesTheFile_andTheOptionWins() throws IOException {
    environment.put("HOLDFAST_CONFIG", file("up:\n  pairs: 4\n").toString());
    Path other = Files.writeString(dir.resolve("other.yaml"), "up:\n  pairs: 5\n");

    assertThat(value("up", "--pairs")).isEqualTo("4");
    assertThat(value("up", "--pairs", "--config", other.toString())).isEqualTo("5");

    environment.put("HOLDFAST_CONFIG", "");
    assertThat(value("up", "--pairs")).isEqualTo("3");
  }

  @Test
  void service_hasASectionForAllCommandsThatStartIt() throws IOException {
    String file = file("fibonacci:\n  position-max: 77\nup:\nsidecar: {port: 1}").toString();

    for (String command : List.of("up", "sidecar")) {
      assertThat(value(command, "--fibonacci-position-max", "--config", file))
          .as(command)
          .isEqualTo("77");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing yet\n", "---\n", "up:\n", "up:\n  # port: 1\n"})
  void fileThatSaysNothing_changesNothing(String content) throws IOException {
    assertThat(value("up", "--port", "--config", file(content).toString())).isEqualTo("8080");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up:;  prot: 1 | 2: no key 'prot' in 'up'; did you mean 'port'?",
        "up:;  port: 1;  body-byte-max: 1 | 3: no key 'body-byte-max' in 'up'; did you mean 'body-bytes-max'?",
        "up:;  --port: 1 | 2: no key '--port' in 'up'; did you mean 'port'?",
        "up:;  config: a | 2: no key 'config' in 'up'; did you mean 'host'?",
        "side-car:;  port: 1 | 1: no section 'side-car'; did you mean 'sidecar'?",
        "scoreboard:;  prot: 1 | 2: no key 'prot' in 'scoreboard'; did you mean 'port'?",
        "fibonacci:;  positon-max: 1 | 2: no key 'positon-max' in 'fibonacci'; did you mean 'position-max'?",
        "up:;  port: 1;  port: 2 | 3: 'port' is there twice",
        "up:;  port: 1;up:;  pairs: 1 | 3: 'up' is there twice",
        "up:;  port: [1] | 2: 'port' must be one value, not a list",
        "up:;  port: {a: 1} | 2: 'port' must be a value",
        "up:;  port: | 2: 'port' must be a value",
        "up:;  file-servers: {a: 1} | 2: 'file-servers' must be a list",
        "up:;  file-servers:;  - a:;      b | 3: an item of 'file-servers' must be one value, without a comma",
        "up:;  file-servers: ['a,b'] | 2: an item of 'file-servers' must be one value, without a comma",
        "up: 1 | 1: 'up' must hold names and values, 'name: value'",
        "- up | 1: the file must hold names and values, 'name: value'",
        "up:;  [a]: 1 | 2: a name must be one word",
        "up:;  port: 1;  <<: 1 | 3: no key '<<' in 'up'; did you mean 'host'?",
        "up:;  port: '1 | 2: found unexpected end of stream",
        "up:;  port: 1;--- ;up: | 3: but found another document",
      })
  void fileThatCannotBeUsed_isOneLineWithTheLineOfTheFile(String content, String complaint)
      throws IOException {
    Path file = file(content.replace(';', '\n'));

    assertThat(execute("up", "--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString().lines())
        .containsExactly(
            "holdfast up: %s, line %s ('holdfast up --help' lists what there is)"
                .formatted(file, complaint));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up | port: x | '--port': 'x' is not an int",
        "up | mode: sideways | '--mode': expected one of [BEHIND, THROUGH]",
        "up | cas-delete: yes | '--cas-delete': 'yes' is not a boolean",
        "sidecar | body-bytes-max: 1G | '--body-bytes-max': '1G' is not a long",
        "fileserver | fault-deadlock: maybe | '--fault-deadlock': 'maybe' is not a boolean",
      })
  void valueOfAnotherKind_namesTheLineAndTheOption(String command, String entry, String reason)
      throws IOException {
    Path file = file("# first\n" + command + ":\n  " + entry + "\n");

    assertThat(execute(command, "--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString().lines()).hasSize(1);
    assertThat(errors.toString())
        .startsWith("holdfast " + command + ": " + file + ", line 3: ")
        .contains(reason);
  }

  /** Nobody blames the file for a mistake on the command line. */
  @Test
  void valueOfAnotherKind_onTheCommandLine_namesNoFile() throws IOException {
    Path file = file("up:\n  port: 1\n");

    assertThat(execute("up", "--config", file.toString(), "--port", "x")).isEqualTo(2);
    assertThat(errors.toString()).contains("'x' is not an int").doesNotContain(file.toString());
  }

  @Test
  void valueOutOfBounds_namesTheOption() throws IOException {
    Path file = file("up:\n  port: 70000\n");

    assertThat(execute("up", "--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString().lines())
        .containsExactly("holdfast up: --port: must be 1 to 65535, not 70000");
  }

  @Test
  void missingFile_isNamed() {
    Path file = dir.resolve("none.yaml");

    assertThat(execute("up", "--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString()).startsWith("holdfast up: --config: no file at " + file);
    assertThat(errors.toString().lines()).hasSize(1);
  }

  @Test
  void bytesThatAreNoText_areRefused() throws IOException {
    Path file = Files.write(dir.resolve("bytes"), new byte[] {'u', 'p', (byte) 0xff, 0});

    assertThat(execute("up", "--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString()).contains(file.toString());
    assertThat(errors.toString().lines()).hasSize(1);
  }

  @Test
  void help_isThereWhateverTheFileSays() throws IOException {
    environment.put("HOLDFAST_CONFIG", file("nonsense: [").toString());

    assertThat(execute("up", "--help")).isZero();
    assertThat(output.toString()).contains("--config=FILE", "HOLDFAST_CONFIG");
  }

  private static String text(String value) {
    return value.replaceAll("[\\[\\]]", "").replace(", ", ",");
  }

  /** Returns the value of an option, as its command gets it. */
  private String value(String command, String option, String... args) {
    CommandLine holdfast = Main.commandLine(ServiceTypes.ALL, environment::get);
    var all = new ArrayList<>(List.of(command));
    if (command.equals("nginx-config")) {
      all.addAll(List.of("--ring", "a:1", "--staging-dir", "/d"));
    }
    all.addAll(List.of(args));
    holdfast.parseArgs(all.toArray(String[]::new));
    Object value =
        holdfast.getSubcommands().get(command).getCommandSpec().findOption(option).getValue();
    return text(String.valueOf(value));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(dir.resolve("holdfast.yaml"), content);
  }

  private int execute(String... args) {
    return Main.commandLine(ServiceTypes.ALL, environment::get)
        .setErr(new PrintWriter(errors, true))
        .setOut(new PrintWriter(output, true))
        .execute(args);
  }
}
