package dev.holdfast.nginx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.fibonacci.Fibonacci;
import dev.holdfast.service.NginxPart;
import dev.holdfast.system.nginx.NginxFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NginxFilesTest {
  private static final NginxConfig.Limits LIMITS = new NginxConfig.Limits(12_345, 1, 2, 3);
  private static final Pattern INCLUDED = Pattern.compile("(?m)^ *include (\\S+);$");
  private static final NginxPart FIBONACCI = new Fibonacci().nginx();
  private static final NginxPart SILENT = NginxPart.none("silent");
  private static final NginxPart ALL_OF_IT =
      new NginxPart(
          "all-of-it",
          "map $request_uri $all_of_it { default 1; }",
          """
          location = /all {
              include requests-max.conf;
              set $ring_key /all;
              set $accel "";
              proxy_pass http://sidecars/all;
          }
          """,
          "/all GET;");

  @TempDir Path dir;

  @Test
  void inOne_everyValueHasItsPlace() {
    assertThat(config(Path.of("/a dir"), LIMITS).files().inOne())
        .contains("listen 127.0.0.1:8080 ")
        .containsSubsequence("server 127.0.0.1:1 max_fails=0;", "server 127.0.0.1:2 max_fails=0;")
        .contains("root \"/a dir/published\";")
        .contains("alias \"/a dir/published/\";")
        .contains("access_log \"/a dir/access.log\" ")
        .contains("client_max_body_size 12345;")
        .contains("proxy_connect_timeout 1ms;")
        .contains("proxy_send_timeout 2ms;")
        .contains("proxy_read_timeout 3ms;")
        .doesNotContain("user ")
        .doesNotContainPattern(INCLUDED);
    assertThat(with(config(dir, LIMITS), "nobody", false, List.of()).files().inOne())
        .contains("\nuser nobody;\n");
  }

  /** The text is the same each time, so that printed ones can be compared. */
  @Test
  void inOne_isDeterministic() {
    var parts = List.of(FIBONACCI, ALL_OF_IT, SILENT);
    var config = with(config(dir, LIMITS), "root", true, parts);
    assertThat(config.files().inOne()).isEqualTo(config.files().inOne());
    assertThat(config.files().inOne())
        .containsSubsequence("    location ~ ^/(?:current|previous)$ {", "location = /all {");
  }

  /** A file that nothing includes would have no effect. */
  @Test
  void everyFileIsIncluded_andThereIsNoOther() {
    var files = with(config(dir, LIMITS), "", false, List.of(FIBONACCI, ALL_OF_IT)).files();
    var included = new TreeSet<String>(List.of(NginxFiles.MAIN));
    files
        .byPath()
        .values()
        .forEach(text -> INCLUDED.matcher(text).results().forEach(i -> included.add(i.group(1))));
    assertThat(included).isEqualTo(files.byPath().keySet());
  }

  /** nginx reads the files in the project's directory. */
  @Test
  void filesThatAreTheSameEverywhere_areThoseOfTheProject() throws IOException {
    var files = with(config(dir, LIMITS), "", true, List.of(FIBONACCI)).files().byPath();
    Path project = Path.of("..", "nginx");
    try (Stream<Path> all = Files.walk(project)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = project.relativize(file).toString();
        assertThat(files.get(path)).as(path).isEqualTo(Files.readString(file));
      }
    }
  }

  /** Such a text could not be printed as one file. */
  @Test
  void inOne_includeInTheMiddleOfALine_isRefused() {
    var part = new NginxPart("odd", "", "location = /o { include requests-max.conf; }", "");
    var files = with(config(dir, LIMITS), "", false, List.of(part)).files();
    assertThatThrownBy(files::inOne)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not alone on its line: location = /o");
  }

  @Tag("nginx")
  @Test
  void writeTo_leavesNothingOfOtherServicesIncluded() throws Exception {
    with(config(dir, LIMITS), "", false, List.of(FIBONACCI, ALL_OF_IT)).files().writeTo(dir);
    with(config(dir, LIMITS), "", false, List.of(ALL_OF_IT)).files().writeTo(dir);
    assertThat(Files.readString(dir.resolve("services/locations.conf")))
        .isEqualTo("include services/all-of-it/locations.conf;\n");
    assertTaken(dir.resolve(NginxFiles.MAIN));
  }

  static List<NginxConfig> combinations() {
    var base = config(Path.of("/an include dir \u00e9 {}; #"), LIMITS);
    var all = new ArrayList<NginxConfig>();
    for (var parts :
        List.of(
            List.<NginxPart>of(),
            List.of(FIBONACCI),
            List.of(SILENT),
            List.of(ALL_OF_IT, SILENT, FIBONACCI))) {
      for (boolean complete : new boolean[] {true, false}) {
        for (String user : List.of("", "root")) {
          for (var workers :
              List.of(NginxConfig.Workers.DEFAULT, new NginxConfig.Workers("", 3, 64L << 20))) {
            for (var log : List.of("/dev/stdout", "/dev/null")) {
              for (var error : List.of("stderr", "/dev/null")) {
                var ring = complete ? List.of("127.0.0.1:1") : base.sidecars();
                all.add(
                    new NginxConfig(
                        new NginxConfig.Listen(complete ? "127.0.0.1" : "0.0.0.0", 8080),
                        ring,
                        base.published(),
                        new NginxConfig.Logs(Path.of(log), error),
                        workers.withUser(user),
                        complete ? LIMITS : NginxConfig.Limits.DEFAULT,
                        complete,
                        parts));
              }
            }
          }
        }
      }
    }
    return all;
  }

  @Tag("nginx")
  @ParameterizedTest
  @MethodSource("combinations")
  void nginxTakesEveryCombination_asFilesAndAsOne(NginxConfig config) throws Exception {
    config.files().writeTo(dir.resolve("files"));
    assertTaken(dir.resolve("files").resolve(NginxFiles.MAIN));
    assertTaken(Files.writeString(dir.resolve("one.conf"), config.files().inOne()));
  }

  private void assertTaken(Path config) throws Exception {
    Process test =
        new ProcessBuilder(
                NginxFixture.program().toString(),
                "-t",
                "-e",
                "stderr",
                "-p",
                dir + "/",
                "-c",
                config.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(test.getInputStream().readAllBytes(), UTF_8);
    assertThat(test.waitFor()).as(output).isEqualTo(0);
    // nginx warns about a user if it is not started as root.
    assertThat(output.lines().filter(line -> !line.contains("super-user")).toList())
        .noneMatch(line -> line.contains("[warn]"));
  }

  private static NginxConfig config(Path directory, NginxConfig.Limits limits) {
    var base = NginxFixture.config(directory, 8080, List.of("127.0.0.1:1", "127.0.0.1:2"), limits);
    return with(base, "", false, base.parts());
  }

  private static NginxConfig with(
      NginxConfig base, String user, boolean actionsComplete, List<NginxPart> parts) {
    return new NginxConfig(
        base.listen(),
        base.sidecars(),
        base.published(),
        base.logs(),
        base.workers().withUser(user),
        base.limits(),
        actionsComplete,
        parts);
  }
}
