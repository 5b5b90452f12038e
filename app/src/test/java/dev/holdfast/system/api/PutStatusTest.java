package dev.holdfast.system.api;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers to PUT by {@code --put-existing-status}, whoever answers. */
final class PutStatusTest {
  /**
   * A short and a long body. The short one is written without its route if the status does not
   * depend on the file.
   */
  private static final List<String> BODIES = List.of("short", "long".repeat(10_000));

  @TempDir Path directory;
  private CasFixture f;

  @AfterEach
  void stop() {
    f.close();
  }

  @ParameterizedTest
  @CsvSource({"BEHIND, 200", "BEHIND, 204", "BEHIND, 201", "THROUGH, 200", "THROUGH, 201"})
  void put_ofAFileThatExists_andOfANewOne(Mode mode, int existing) throws Exception {
    start(mode, existing);
    for (String body : BODIES) {
      String key = sha256(bytes(body));
      for (String target : List.of(Api.PATH + "file" + body.length(), "/ac/" + key)) {
        assertStatus(201, target, body);
        assertStatus(existing, target, body);
        assertStatus(existing, target, body + "else");
        assertThat(f.front().ask("GET", target).text()).isEqualTo(body + "else");
        String tag = "If-Match: " + Api.only(f.front().ask("GET", target), "ETag");
        assertThat(f.send("PUT", target, bytes(body), "If-None-Match: *").status()).isEqualTo(412);
        assertStatus(existing, target, body, tag);
        if (target.startsWith(Api.PATH)) {
          assertThat(f.front().ask("DELETE", target).status()).isEqualTo(200);
          assertStatus(201, target, body);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"BEHIND, 200", "BEHIND, 201", "THROUGH, 204"})
  void put_ofAFileThatOnlyTheFileServerHas(Mode mode, int existing) throws Exception {
    start(mode, existing);
    for (String name : List.of("file", "ac-" + sha256(bytes("an action")))) {
      Files.writeString(f.atOrigin("any").resolveSibling(name), "old");
      String target = name.equals("file") ? Api.PATH + name : "/" + name.replaceFirst("-", "/");
      assertStatus(existing, target, "new");
      assertThat(f.front().ask("GET", target).text()).isEqualTo("new");
    }
  }

  /**
   * A status that cannot be found out is not made up. If all statuses are alike, nobody asks the
   * file server.
   */
  @Test
  void put_ofAFileThatIsNotKnown_whileTheFileServerIsDown() throws Exception {
    start(Mode.BEHIND, 200);
    assertStatus(201, Api.PATH + "known", "old");
    f.facts.standIns().forEach(FileServer::close);
    assertStatus(200, Api.PATH + "known", "new");
    Api.problem(f.send("PUT", Api.PATH + "unknown", bytes("new")), 503);
    assertThat(f.published("unknown")).doesNotExist();
  }

  @Test
  void put_isAlwaysTaken_whereAllAnswersAreAlike() throws Exception {
    start(Mode.BEHIND, 201);
    f.facts.standIns().forEach(FileServer::close);
    assertStatus(201, Api.PATH + "unknown", "new");
    assertStatus(201, Api.PATH + "unknown", "newer");
  }

  private void assertStatus(int status, String target, String body, String... headers)
      throws Exception {
    RawResponse answer = f.send("PUT", target, bytes(body), headers);
    assertThat(answer.status()).as(target).isEqualTo(status);
    assertThat(answer.headers("Content-Length"))
        .isEqualTo(status == 204 ? List.of() : List.of("0"));
    assertThat(Api.only(answer, "ETag")).startsWith("\"");
  }

  private void start(Mode mode, int existing) throws Exception {
    f =
        CasFixture.start(
            directory,
            CasFixture.CONFIG,
            TrafficStack.files(mode, 0).withPutExistingStatus(existing),
            StagingLimits.DEFAULT);
  }
}
