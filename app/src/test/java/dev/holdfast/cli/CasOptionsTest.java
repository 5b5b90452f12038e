package dev.holdfast.cli;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.cas.CasFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of the store change. */
@Tag("nginx")
final class CasOptionsTest {
  @TempDir Path directory;

  @Test
  void delete_whereItIsAllowed_deletes() throws Exception {
    try (var f =
        CasFixture.start(directory, CasConfig.DEFAULT.withDelete(true).withActionBytesMax(1024))) {
      String digest = f.given("hello");
      assertThat(f.front().ask("DELETE", "/cas/" + digest).status()).isEqualTo(200);
      assertThat(f.get(digest).status()).isEqualTo(404);
      f.given("hello");
      assertThat(f.front().delete("cas-" + digest).status()).isEqualTo(200);
      assertThat(f.send("PUT", "/ac/" + digest, bytes("x")).status()).isEqualTo(201);
      assertThat(f.front().ask("DELETE", "/ac/" + digest).status()).isEqualTo(200);
      assertThat(f.front().ask("GET", "/ac/" + digest).status()).isEqualTo(404);
      assertThat(Api.only(f.front().ask("OPTIONS", "/cas/" + digest), "Allow"))
          .isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
      f.facts.awaitSettled();
      assertThat(f.atOrigin(digest)).doesNotExist();
    }
  }

  @Test
  void action_overItsBound_is413() throws Exception {
    try (var f = CasFixture.start(directory, CasConfig.DEFAULT.withActionBytesMax(1024))) {
      String key = sha256(bytes("a"));
      assertThat(f.send("PUT", "/ac/" + key, new byte[1024]).status()).isEqualTo(201);
      Api.problem(f.send("PUT", "/ac/" + key, new byte[1025]), 413);
      assertThat(f.front().ask("GET", "/ac/" + key).body()).hasSize(1024);
    }
  }

  /** Without asking, a new blob needs no file server. */
  @Test
  void put_withoutAsking_isTakenWhileTheFileServersHang() throws Exception {
    try (var f =
        CasFixture.start(
            directory, CasConfig.DEFAULT.withAskOrigin(false).withActionBytesMax(1024))) {
      Files.writeString(f.atOrigin(sha256(bytes("old"))), "old");
      f.facts.standIns().forEach(standIn -> standIn.troubles().start(Trouble.HANG));
      String digest = f.given("hello");
      assertThat(f.put(digest, bytes("hello")).status()).isEqualTo(200);
      assertThat(f.put(digest, bytes("hullo")).status()).isEqualTo(422);
      f.given("old"); // nobody looked
      f.facts.standIns().forEach(standIn -> standIn.troubles().stopAll());
      f.facts.awaitSettled();
      assertThat(f.atOrigins("PUT")).isEqualTo(2);
    }
  }
}
