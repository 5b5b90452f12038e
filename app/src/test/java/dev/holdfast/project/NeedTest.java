package dev.holdfast.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code app/bin/need} on machines without any needed program: it finds only those of this test's
 * directory.
 */
final class NeedTest {
  private static final List<String> OF_EVERY_SYSTEM =
      List.of(
          "cat", "chmod", "dirname", "dpkg-deb", "mktemp", "readlink", "rm", "sh", "tail", "touch");
  private static final String NO_SERVICES = "/usr/sbin/policy-rc.d";
  private static final String[] NEEDED = {"jdk", "maven", "nginx"};

  @TempDir Path dir;
  private Path programs;

  @BeforeEach
  void machineWithNothing() throws IOException {
    programs = Files.createDirectory(dir.resolve("programs"));
    for (String name : OF_EVERY_SYSTEM) {
      var found = Program.find(name);
      if (found.isPresent()) {
        Files.createSymbolicLink(programs.resolve(name), found.get());
      }
    }
    Path bin = Files.createDirectory(dir.resolve("bin"));
    String script = Files.readString(Path.of("bin", "need"));
    String usualPlaces = ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";
    assertThat(script).contains(usualPlaces);
    assertThat(script).contains(NO_SERVICES);
    Files.writeString(
        bin.resolve("need"),
        script.replace(usualPlaces, "").replace(NO_SERVICES, noServices().toString()));
    script(bin.resolve("find-jdk"), "command -v java");
  }

  @Test
  void elsewhere_oneMessageNamesAllThatIsMissing_andTheCommands() throws Exception {
    Program.Result need = need(NEEDED);

    assertThat(need.code()).isEqualTo(1);
    assertThat(need.output())
        .startsWith("Missing: JDK 25, Maven 3.8 or newer, nginx.\n")
        .contains("Ubuntu, Debian 13   apt-get install openjdk-25-jdk-headless maven nginx")
        .contains("Debian 12, ", "temurin-25-jdk", "adoptium")
        .contains("Fedora              dnf install java-25-openjdk-devel maven nginx")
        .contains("macOS, not as root  brew install maven nginx && brew install --cask temurin@25");
  }

  @Test
  void debianButNotAsRoot_saysTheSame() throws Exception {
    debianWith("openjdk-25-jdk-headless", "maven", "nginx");
    script(programs.resolve("id"), "echo 1000");

    Program.Result need = need(NEEDED);

    assertThat(need.code()).isEqualTo(1);
    assertThat(need.output()).startsWith("Missing: JDK 25, Maven 3.8 or newer, nginx.\n");
  }

  @Test
  void nothingIsMissing_nothingIsSaid() throws Exception {
    debianWith();
    for (String program : List.of("java", "mvn", "nginx")) {
      script(programs.resolve(program), "true");
    }

    Program.Result need = need(NEEDED);

    assertThat(need.code()).isZero();
    assertThat(need.output()).isEmpty();
  }

  @Test
  void debianAsRoot_installsAllOfItAtOnce() throws Exception {
    debianWith("openjdk-25-jdk-headless", "maven", "nginx");
    script(programs.resolve("mvn"), "true");

    Program.Result need = need(NEEDED);

    assertThat(need.code()).as(need.output()).isZero();
    assertThat(need.output()).isEqualTo("installing JDK 25, nginx\n");
    assertThat(dir.resolve("apt-get"))
        .content()
        .contains("install -y --no-install-recommends openjdk-25-jdk-headless nginx\n");
  }

  /** Debian 12 has no JDK 25. */
  @Test
  void debianWithoutTheJdk_installsTheRest_andSaysHowToGetIt() throws Exception {
    debianWith("maven", "nginx");

    Program.Result need = need(NEEDED);

    assertThat(need.code()).isEqualTo(1);
    assertThat(need.output()).contains("\nMissing: JDK 25.\n", "apt-get install temurin-25-jdk");
    assertThat(programs.resolve("mvn")).exists();
  }

  @Test
  void whatIsOnlyWanted_isNoReasonToFail() throws Exception {
    debianWith("openjdk-25-jdk-headless", "maven", "nginx", "curl");

    Program.Result need = need("jdk", "maven", "nginx", "--wanted", "curl", "chromium", "bazel");

    assertThat(need.code()).as(need.output()).isZero();
    assertThat(need.output())
        .endsWith("Not found: chromium, bazel. The tests and rows that need them are skipped.\n")
        .doesNotContain("Missing");
  }

  /** Debian 12 has promtool in the package of Prometheus, Debian 13 in one of its own. */
  @Test
  void promtool_isTakenFromEitherPackage() throws Exception {
    debianWith("prometheus", "promtool");
    script(programs.resolve("install"), "touch \"" + programs + "/$(basename \"$3\")\"");

    need("--wanted", "prometheus", "promtool");

    assertThat(dir.resolve("apt-get"))
        .content()
        .contains("download prometheus\n", "download promtool\n")
        .doesNotContain("install -y");
  }

  /** The package would start a service, now and with the machine. */
  @Test
  void squid_isInstalledWithoutItsService() throws Exception {
    debianWith("squid", "curl");
    script(programs.resolve("systemctl"), "echo \"$*\" >>" + dir.resolve("systemctl"));

    Program.Result need = need("--wanted", "curl", "squid");

    assertThat(need.code()).as(need.output()).isZero();
    assertThat(need.output()).isEqualTo("installing curl, squid\n");
    assertThat(programs.resolve("squid")).exists();
    assertThat(dir.resolve("apt-get"))
        .content()
        .contains("squid, services: exit 101\n", "curl, services: all\n");
    assertThat(dir.resolve("systemctl")).content().isEqualTo("-q disable squid\n");
    assertThat(noServices()).as("let go again").doesNotExist();
  }

  @Test
  void squid_onAMachineThatStartsNoServicesAnyway_leavesThatAsItIs() throws Exception {
    debianWith("squid");
    script(noServices(), "exit 101 # of this machine");

    need("--wanted", "squid");

    assertThat(programs.resolve("squid")).exists();
    assertThat(noServices()).content().contains("of this machine");
  }

  /**
   * {@code make test} installs every program before the tests that a test looks for and that may be
   * missing.
   */
  @Test
  void makeTest_wantsAllThatTestsLookFor() throws Exception {
    String makefile = Files.readString(Path.of("..", "Makefile"));

    assertThat(makefile.lines().filter(line -> line.contains("--wanted")))
        .filteredOn(line -> !line.contains(" check_http ")) // of a benchmark
        .singleElement()
        .asString()
        .endsWith(" chromium goaccess ccache bazel gcc curl zstd prometheus promtool squid");
  }

  private Path noServices() {
    return dir.resolve("policy-rc.d");
  }

  /** Makes a Debian with these packages. Their programs are there when they have been installed. */
  private void debianWith(String... packages) throws IOException {
    script(programs.resolve("id"), "echo 0");
    script(
        programs.resolve("apt-cache"),
        "case ' " + String.join(" ", packages) + " ' in *\" $2 \"*) ;; *) exit 100 ;; esac");
    script(
        programs.resolve("apt-get"),
        """
        echo "$*" >>%s/apt-get
        case "$*" in *install*) ;; *) exit 0 ;; esac
        services=all
        [ ! -e %s ] || services="$(tail -n 1 %s)"
        for package in "$@"; do
          echo "$package, services: $services" >>%s/apt-get
          case $package in
            openjdk-*) program=java ;;
            maven) program=mvn ;;
            *) program=$package ;;
          esac
          : >%s/"$program"
          chmod +x %s/"$program"
        done"""
            .formatted(dir, noServices(), noServices(), dir, programs, programs));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Program.Result need(String... tools) throws Exception {
    var command = new java.util.ArrayList<>(List.of("/bin/sh", dir.resolve("bin/need").toString()));
    command.addAll(List.of(tools));
    return Program.run(dir, Map.of("PATH", programs.toString()), command);
  }
}
