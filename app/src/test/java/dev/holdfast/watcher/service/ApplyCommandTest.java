package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Main;
import dev.holdfast.watcher.store.StoreFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("database")
class ApplyCommandTest {
  @RegisterExtension private final StoreFixture fixture = new StoreFixture();
  @TempDir private Path directory;
  private StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int apply(String yaml, String... more) throws Exception {
    return applyTo(fixture.config().url(), yaml, more);
  }

  private int applyTo(String url, String yaml, String... more) throws Exception {
    out = new StringWriter();
    Path file = Files.writeString(directory.resolve("watch.yaml"), yaml);
    var args = new ArrayList<>(List.of("watch", "apply", file.toString()));
    args.addAll(List.of("--db-url", url, "--db-user", fixture.config().user()));
    args.addAll(List.of(more));
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors))
        .execute(args.toArray(String[]::new));
  }

  @Test
  void plan_saysWhatChanges_andADryRunChangesNothing() throws Exception {
    String first =
        "endpoints: [{id: a, url: 'https://a.example/'}, {id: b, url: 'https://b.example/'}]";
    String second =
        "endpoints: [{id: b, url: 'https://b.example/', interval: 30s},"
            + " {id: c, url: 'https://c.example/'}]";
    assertThat(apply(first)).as(errors.toString()).isZero();
    assertThat(out.toString().lines())
        .containsExactly("+ a", "+ b", "added: 2, changed: 0, removed: 0, unchanged: 0");

    List<String> changes = List.of("+ c", "~ b", "    intervalMs: 60000 -> 30000", "- a");
    assertThat(apply(second, "--dry-run")).isZero();
    assertThat(out.toString().lines())
        .startsWith(changes.toArray(String[]::new))
        .endsWith(
            "added: 1, changed: 1, removed: 1, unchanged: 0; nothing was changed, since --dry-run"
                + " says so");
    assertThat(apply(second)).isZero();
    assertThat(out.toString().lines()).startsWith(changes.toArray(String[]::new));
    assertThat(apply(second)).isZero();
    assertThat(out.toString().lines())
        .containsExactly("added: 0, changed: 0, removed: 0, unchanged: 2");
  }

  @Test
  void faultOfTheFile_isSaidWithItsLine_andNothingIsApplied() throws Exception {
    assertThat(apply("endpoints:\n- url: https://a.example/\n- url: nonsense\n")).isEqualTo(2);
    assertThat(errors.toString()).contains("watch.yaml:3: 'url' must begin with https://");
    assertThat(apply("endpoints: [{id: b, url: 'https://b.example/'}]", "--dry-run")).isZero();
    assertThat(out.toString()).contains("added: 1").contains("removed: 0");
  }

  @Test
  void databaseThatDoesNotExist_isSaidWithWhatToDo() throws Exception {
    String nowhere = fixture.config().url() + "_not";
    assertThat(applyTo(nowhere, "endpoints: [{url: 'https://a.example/'}]")).isEqualTo(1);
    assertThat(errors.toString()).contains("no database at").contains("Create the database");
  }

  @Test
  void wrongOption_isSaidByItsName() throws Exception {
    assertThat(applyTo("postgres://here", "endpoints: []")).isEqualTo(2);
    assertThat(errors.toString())
        .contains("--db-url must begin with jdbc:postgresql:")
        .doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?user=a&password=secret7",
        "jdbc:postgresql://h/d?sslPassword=secret7",
        "jdbc:postgresql://a:secret7@h/d"
      })
  void urlWithASecret_isRefused_andNotRepeated(String url) throws Exception {
    assertThat(applyTo(url, "")).isEqualTo(2);
    assertThat(errors.toString())
        .contains("--db-url must have no user and no password")
        .doesNotContain("secret7");
  }
}
