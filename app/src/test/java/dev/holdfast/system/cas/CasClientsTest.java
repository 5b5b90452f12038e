package dev.holdfast.system.cas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Build tools that know nothing of Holdfast, with their own caches cleared in between. */
@Timeout(1_800)
final class CasClientsTest {
  private static final int FILES = 5;

  @TempDir Path directory;

  /** The storage as ccache is told it, with the address of the front in place of FRONT. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "FRONT/api/fileserver/",
        "FRONT/api/fileserver/|layout=subdirs",
        "FRONT/api/fileserver/|layout=flat",
        "FRONT|layout=bazel"
      })
  void ccache_hitsAllTheSecondTime(String storage) throws Exception {
    requireInstalled("ccache");
    requireInstalled("gcc");
    Path sources = Files.createDirectory(directory.resolve("c"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(sources.resolve(i + ".c"), "int f" + i + "(void) { return " + i + "; }\n");
    }
    try (var f = CasFixture.start(directory.resolve("stack"))) {
      String remote = storage.replace("FRONT", f.facts.front().toString());

      Map<String, Integer> first = compile(sources, remote, "first");
      assertThat(first).containsEntry("cache_miss", FILES).containsEntry("remote_storage_hit", 0);
      assertThat(first.get("remote_storage_write")).isGreaterThanOrEqualTo(FILES);
      Map<String, Integer> second = compile(sources, remote, "second");
      assertThat(second)
          .containsEntry("cache_miss", 0)
          .containsEntry("remote_storage_hit", FILES)
          .containsEntry("remote_storage_write", 0)
          .containsEntry("remote_storage_error", 0);
      for (int i = 0; i < FILES; i++) {
        assertThat(sources.resolve(i + ".o.second"))
            .hasSameBinaryContentAs(sources.resolve(i + ".o.first"));
      }
    }
  }

  /** Whether actions are only answered when all is there that they name makes no difference. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bazel_hitsAllTheSecondTime(boolean actionsComplete) throws Exception {
    requireInstalled("bazel");
    Path project = Files.createDirectory(directory.resolve("project"));
    Files.writeString(project.resolve("WORKSPACE"), "");
    Files.writeString(project.resolve("source"), "a source\n");
    Files.writeString(
        project.resolve("BUILD"),
        """
        genrule(name = "a", srcs = ["source"], outs = ["a.txt"], cmd = "wc -c < $< > $@")
        genrule(name = "b", srcs = [":a"], outs = ["b.txt"], cmd = "cat $< $< > $@")
        """);
    var config = CasConfig.DEFAULT.withActionsComplete(actionsComplete);
    try (var f = CasFixture.start(directory.resolve("stack"), config)) {
      String first = build(project, f.facts.front().toString(), "first");
      assertThat(first).contains("2 local").doesNotContain("remote cache hit");
      f.facts.awaitSettled();

      String second = build(project, f.facts.front().toString(), "second");
      assertThat(second).contains("2 remote cache hit").doesNotContain("local.");
      assertThat(Files.readString(project.resolve("b.second"))).isEqualTo("9\n9\n");
    }
  }

  private Map<String, Integer> compile(Path sources, String remote, String run) throws Exception {
    Map<String, String> environment =
        Map.of(
            "CCACHE_DIR",
            directory.resolve("ccache-" + run).toString(),
            "CCACHE_CONFIGPATH",
            "/dev/null",
            "CCACHE_REMOTE_STORAGE",
            remote,
            // So that each result is one remote entry.
            "CCACHE_NODIRECT",
            "1");
    for (int i = 0; i < FILES; i++) {
      Program.Result compiled =
          Program.run(
              sources,
              environment,
              List.of("ccache", "gcc", "-c", i + ".c", "-o", i + ".o." + run));
      assertThat(compiled.code()).as(compiled.output()).isZero();
    }
    Program.Result stats = Program.run(sources, environment, List.of("ccache", "--print-stats"));
    return stats
        .output()
        .lines()
        .map(line -> line.split("\t", 2))
        .collect(Collectors.toMap(line -> line[0], line -> Integer.parseInt(line[1])));
  }

  private String build(Path project, String front, String run) throws Exception {
    Path root = directory.resolve("bazel-" + run);
    Program.Result built =
        Program.run(
            project,
            Map.of("HOME", directory.toString()),
            List.of(
                "bazel",
                "--batch",
                "--nohome_rc",
                "--output_user_root=" + root,
                "--host_jvm_args=-Xmx256m",
                "build",
                "--remote_cache=" + front,
                "--spawn_strategy=local",
                "--genrule_strategy=local",
                "--curses=no",
                "//:b"));
    assertThat(built.code()).as(built.output()).isZero();
    Files.copy(
        project.resolve("bazel-bin").toRealPath().resolve("b.txt"), project.resolve("b." + run));
    // It is full of links to where Bazel is installed.
    Program.run(directory, Map.of(), List.of("rm", "-rf", root.toString()));
    return built.output();
  }

  private static void requireInstalled(String program) throws IOException {
    Assumptions.assumeTrue(
        Program.find(program).isPresent(),
        "no " + program + " here: 'make test-tools' installs it where it can");
  }
}
