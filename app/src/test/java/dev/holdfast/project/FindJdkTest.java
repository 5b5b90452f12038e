package dev.holdfast.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code app/bin/find-jdk} on a machine with only the programs of this test's directory. The usual
 * places for JDKs are below it, too.
 */
final class FindJdkTest {
  @TempDir Path dir;
  private Path programs;

  @BeforeEach
  void machineWithNothing() throws IOException {
    programs = Files.createDirectory(dir.resolve("programs"));
    for (String name : List.of("sh", "cat", "dirname", "grep", "readlink")) {
      Files.createSymbolicLink(programs.resolve(name), Program.find(name).orElseThrow());
    }
    Path bin = Files.createDirectory(dir.resolve("bin"));
    Files.copy(Path.of("bin", "need"), bin.resolve("need"));
    assertThat(bin.resolve("need").toFile().setExecutable(true)).isTrue();
    String script = Files.readString(Path.of("bin", "find-jdk"));
    assertThat(script).contains(" /usr/lib/jvm/* ", " /opt/* ", " /Library/", " /usr/local/");
    Files.writeString(
        bin.resolve("find-jdk"),
        script.replaceAll(" /(?=(?:usr/l|opt/|Library/))", " " + dir.resolve("root") + "/"));
  }

  @Test
  void noJdk_saysWhatToInstall_onEverySystem() throws Exception {
    Program.Result found = findJdk(Map.of());

    assertThat(found.code()).isEqualTo(1);
    assertThat(found.output())
        .startsWith("Missing: JDK 25.\n")
        .contains("Ubuntu, Debian 13", "Debian 12,", "Fedora", "macOS")
        .contains("openjdk-25-jdk-headless", "java-25-openjdk-devel", "temurin@25");
  }

  @Test
  void javaHomeOfAnotherJdk_isNamed() throws Exception {
    Path old = jdk("somewhere/jdk-21", "21.0.5");

    Program.Result found = findJdk(Map.of("JAVA_HOME", old.toString()));

    assertThat(found.code()).isEqualTo(1);
    assertThat(found.output())
        .startsWith("Missing: JDK 25. JAVA_HOME is " + old + ", which is none.\n");
  }

  @Test
  void javaHome_isTaken() throws Exception {
    Path home = jdk("somewhere/jdk-25", "25.0.1");

    assertThat(findJdk(Map.of("JAVA_HOME", home.toString())).output()).isEqualTo(home + "\n");
  }

  @Test
  void usualPlaces_areLookedInto() throws Exception {
    jdk("root/usr/lib/jvm/jdk-21", "21");
    Path home = jdk("root/usr/lib/jvm/jdk-25", "25");

    assertThat(findJdk(Map.of()).output()).isEqualTo(home + "\n");
  }

  @Test
  void homebrewOnIntel_isLookedInto() throws Exception {
    Path home = jdk("root/usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home", "25");

    assertThat(findJdk(Map.of()).output()).isEqualTo(home + "\n");
  }

  @Test
  void javaOnThePath_leadsToItsJdk() throws Exception {
    Path home = jdk("somewhere/jdk-25", "25");
    Files.createSymbolicLink(programs.resolve("java"), home.resolve("bin/java"));

    assertThat(findJdk(Map.of()).output()).isEqualTo(home.toRealPath() + "\n");
  }

  private Path jdk(String where, String version) throws IOException {
    Path home = dir.resolve(where);
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String program : List.of("java", "javac")) {
      Files.createFile(bin.resolve(program));
      assertThat(bin.resolve(program).toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /** Runs it with an empty home directory. */
  private Program.Result findJdk(Map<String, String> environment) throws Exception {
    Map<String, String> all = new TreeMap<>(environment);
    all.putIfAbsent("JAVA_HOME", "");
    all.put("HOME", dir.resolve("nobody").toString());
    all.put("PATH", programs.toString());
    return Program.run(dir, all, List.of("/bin/sh", dir.resolve("bin/find-jdk").toString()));
  }
}
