package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.probe.Cryptography;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private Farm farm;

  @BeforeEach
  void startFarm() throws Exception {
    farm = Farm.start("127.0.0.1");
    farm.with("page", Sites.page("all is \"well\"")).with("gone", Sites.status(404, ""));
  }

  @AfterEach
  void closeFarm() throws Exception {
    farm.close();
  }

  private int check(String... args) {
    var all = new ArrayList<>(List.of("watch", "check", "--dns-servers", "127.0.0.1:1"));
    all.addAll(List.of(args));
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void check_ofASiteThatIsUp_saysItsPhases() {
    String url = farm.url("page").toString();
    int code = check(url, "--allow-net", "127.0.0.0/8", "--text", "is \"well\"", "--must", "a[l]+");
    assertThat(code).as("%s%s", out, errors).isZero();
    assertThat(out.toString().lines())
        .startsWith(url + " is up")
        .anyMatch(line -> line.matches("  connect +[0-9]+\\.[0-9]{3} ms"))
        .anyMatch(line -> line.matches("  first byte +[0-9]+\\.[0-9]{3} ms"))
        .anyMatch(line -> line.matches("  transfer +[0-9]+\\.[0-9]{3} ms"))
        .anyMatch(line -> line.matches("  site's time +[0-9]+\\.[0-9]{3} ms"))
        .contains("  status      200", "  protocol    HTTP/1.1", "  body        13 bytes")
        .noneMatch(line -> line.startsWith("  tls"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "jdk"})
  void check_byHttps_withEitherCryptography(String which) {
    String url = farm.tlsUrl("page").toString();
    int code = check(url, "--allow-net=127.0.0.0/8", "--no-verify", "--cryptography", which);
    assertThat(code).as("%s%s", out, errors).isZero();
    assertThat(out.toString().lines())
        .startsWith(url + " is up")
        .anyMatch(line -> line.matches("  tls +[0-9]+\\.[0-9]{3} ms"));
    assertThat(Cryptography.inUse()).as("behind it").startsWith("SunEC ");
  }

  @Test
  void check_ofASiteThatIsDown_saysWhy() {
    assertThat(check(farm.url("gone").toString(), "--allow-net", "127.0.0.0/8")).isEqualTo(1);
    assertThat(out.toString().lines())
        .anyMatch(line -> line.contains(" is down: status"))
        .contains("  status      404");
  }

  @Test
  void check_ofALoopbackAddress_isForbiddenUnlessAllowed() {
    assertThat(check(farm.url("page").toString())).isEqualTo(1);
    assertThat(out.toString()).contains("is down: forbidden address").contains("loopback");
    assertThat(farm.seen("page")).isEmpty();
  }

  @Test
  void badInput_isRefusedInOneLine() {
    assertThat(check("ftp://a.example/")).isEqualTo(2);
    assertThat(check("https://a.example/", "--must", "(?=a)")).isEqualTo(2);
    assertThat(check("https://a.example/", "--header", "no colon")).isEqualTo(2);
    assertThat(check("https://a.example/", "--allow-net", "10.0.0.1/8")).isEqualTo(2);
    assertThat(check("https://a.example/", "--dns-servers", "dns.example")).isEqualTo(2);
    assertThat(check("https://a.example/", "--cryptography", "mine")).isEqualTo(2);
    assertThat(errors.toString().lines()).hasSize(6);
    assertThat(errors.toString())
        .contains("'url' must be of https or http")
        .contains("--header must have a colon")
        .contains("--allow-net must be nets: ")
        .contains("--dns-servers must be addresses")
        .contains("--cryptography");
    assertThat(out.toString()).isEmpty();
  }
}
