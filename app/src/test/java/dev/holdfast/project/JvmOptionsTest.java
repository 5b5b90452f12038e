package dev.holdfast.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The options of the JVM on the ways to start Holdfast, with a java that prints them and how many
 * arenas it may have.
 */
final class JvmOptionsTest {
  private static final String OWN = "counters.options";
  private static final String IN_PRINT =
      "for word in \"$@\" arenas=$MALLOC_ARENA_MAX; do echo \"$word\"; done";

  @TempDir private Path dir;
  private Path bin;
  private Path jar;
  private Path classes;

  @BeforeEach
  void copyOfTheProject() throws IOException {
    bin = Files.createDirectories(dir.resolve("app/bin"));
    copy(Path.of("bin", "holdfast"), bin.resolve("holdfast"));
    copy(Path.of("bin", OWN), bin.resolve(OWN));
    jar =
        Files.createFile(
            Files.createDirectories(dir.resolve("app/target")).resolve("holdfast.jar"));
    classes =
        Files.createDirectory(dir.resolve("app/target/counters-cache")).resolve("classes.aot");
    script(dir.resolve("jdk/bin/java"), IN_PRINT);
    script(bin.resolve("find-jdk"), "echo '" + dir.resolve("jdk") + "'");
    script(dir.resolve("app/artifact/make-cache"), "echo >>\"$1.asked\"");
  }

  @Test
  void everyCommand_endsWithoutMemory() throws Exception {
    List<String> words = holdfast("", "sidecar", "--port", "1");

    assertThat(words)
        .containsSubsequence("-XX:+ExitOnOutOfMemoryError", "-cp", jar.toString(), "sidecar")
        .endsWith("sidecar", "--port", "1", "arenas=")
        .noneMatch(word -> word.endsWith(OWN));
  }

  @Test
  void counters_haveTheirOwn_andThoseOfTheEnvironmentComeLast() throws Exception {
    List<String> words = holdfast("-Xmx96m -XX:-ExitOnOutOfMemoryError", "counters", "--id", "2");

    assertThat(words)
        .containsSubsequence(
            "-XX:+ExitOnOutOfMemoryError",
            "@" + bin.resolve(OWN),
            "-Xmx96m",
            "-XX:-ExitOnOutOfMemoryError",
            "-cp",
            jar.toString(),
            "counters",
            "--id",
            "2",
            "arenas=1");
    assertThat(Files.readAllLines(bin.resolve(OWN)))
        .contains("-XX:+UseSerialGC", "-Xmx64m", "-XX:+ExitOnOutOfMemoryError");
  }

  @Test
  void counters_takeTheClassesOfTheirJar_andNoOlderOnes() throws Exception {
    String option = "-XX:AOTCache=" + classes;
    assertThat(holdfast("", "counters")).doesNotContain(option);
    awaitAsked(1);

    Files.createFile(classes);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
    assertThat(holdfast("", "counters")).contains(option);
    assertThat(holdfast("", "sidecar")).doesNotContain(option);

    Files.setLastModifiedTime(classes, FileTime.fromMillis(0));
    assertThat(holdfast("", "counters")).doesNotContain(option);
    awaitAsked(2);
    assertThat(classes).doesNotExist();
  }

  @Test
  void container_hasThoseOfTheImage_thenTheSame() throws Exception {
    Path home = Files.createDirectories(dir.resolve("opt/holdfast"));
    Path start = copy(Path.of("..", "compose", "start"), home.resolve("start"));
    copy(Path.of("bin", OWN), home.resolve(OWN));
    script(home.resolve("runtime/bin/java"), IN_PRINT);
    String image = "@" + home + "/java.options";

    assertThat(run(Map.of("JAVA_OPTS", "-Xmx96m"), start, "counters"))
        .containsExactly(
            image,
            "-XX:AOTCache=" + home + "/counters.aot",
            "@" + home + "/" + OWN,
            "-Xmx96m",
            "-jar",
            home + "/holdfast.jar",
            "counters",
            "arenas=1");
    assertThat(run(Map.of(), start, "sidecar", "--port", "1"))
        .containsExactly(
            image,
            "-XX:AOTCache=" + home + "/holdfast.aot",
            "-jar",
            home + "/holdfast.jar",
            "sidecar",
            "--port",
            "1",
            "arenas=");
  }

  @Test
  void image_hasAllThatItsStartNeeds() throws Exception {
    assertThat(Path.of("..", "compose", "Dockerfile"))
        .content()
        .containsPattern("COPY compose/java.options app/bin/counters.options compose/start ")
        .contains("ENTRYPOINT [\"/opt/holdfast/start\"]");
    assertThat(Files.readAllLines(Path.of("..", ".dockerignore"))).contains("!app/bin/" + OWN);
    assertThat(Path.of("..", "compose", "train"))
        .content()
        .contains("-XX:AOTCacheOutput=holdfast.aot", "-XX:AOTCacheOutput=counters.aot");
  }

  /** Waits until a file of classes was asked for so many times, beside starts that went on. */
  private void awaitAsked(int times) throws Exception {
    Path asked = classes.resolveSibling(classes.getFileName() + ".asked");
    Await.until(
        "the start asks for a file of classes",
        () -> Files.exists(asked) && Files.readAllLines(asked).size() == times);
  }

  private List<String> holdfast(String javaOpts, String... words) throws Exception {
    return run(Map.of("JAVA_OPTS", javaOpts), bin.resolve("holdfast"), words);
  }

  private List<String> run(Map<String, String> environment, Path script, String... words)
      throws IOException, InterruptedException {
    Program.Result result =
        Program.run(
            dir,
            environment,
            Stream.concat(Stream.of(script.toString()), Stream.of(words)).toList());
    assertThat(result.code()).as(result.output()).isZero();
    return result.output().lines().toList();
  }

  private static void script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.copy(from, to);
    assertThat(to.toFile().setExecutable(true)).isTrue();
    return to;
  }
}
