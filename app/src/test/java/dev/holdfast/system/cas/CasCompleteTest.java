package dev.holdfast.system.cas;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.holdfast.cas.CasConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.testkit.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actions that are only answered when every blob that they name is there, wherever it is. */
final class CasCompleteTest {
  private static final int BLOBS = 12; // each sidecar has some

  @TempDir Path directory;
  private CasFixture f;

  @BeforeEach
  void start() throws Exception {
    f =
        CasFixture.start(
            directory,
            CasConfig.DEFAULT
                .withBodyBytesMax(1_000_000)
                .withDelete(true)
                .withPartsMax(10)
                .withActionBytesMax(10_000)
                .withActionsComplete(true));
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void action_isThere_asLongAsItsFilesAre() throws Exception {
    List<String> digests = new ArrayList<>();
    var result = new ByteArrayOutputStream();
    for (int i = 0; i < BLOBS; i++) {
      digests.add(f.given("output " + i));
      result.write(field(2, field(2, field(1, bytes(digests.get(i))))));
    }
    String key = sha256(bytes("action"));
    byte[] action = result.toByteArray();
    assertThat(f.send("PUT", "/ac/" + key, action).status()).isEqualTo(201);

    RawResponse answer = f.front().ask("GET", "/ac/" + key);
    assertThat(answer.body()).isEqualTo(action);
    assertThat(Api.only(answer, "Cache-Control")).isEqualTo("no-cache");
    assertThat(f.front().ask("GET", "/ac/" + key, "If-None-Match: " + Api.only(answer, "ETag")))
        .extracting(RawResponse::status)
        .isEqualTo(304);
    for (int i = 0; i < BLOBS; i++) {
      assertThat(f.front().ask("DELETE", "/cas/" + digests.get(i)).status()).isEqualTo(200);
      Api.problem(f.front().ask("GET", "/ac/" + key), 404);
      assertThat(f.front().ask("HEAD", "/ac/" + key).status()).isEqualTo(404);
      f.given("output " + i);
    }
    assertThat(f.front().ask("GET", "/ac/" + key).body()).isEqualTo(action);
  }

  @Test
  void action_withADirectory_needsItsTreeAndAllItsFiles() throws Exception {
    String inRoot = f.given("in the root");
    String below = f.given("below");
    byte[] tree =
        joined(
            field(1, field(1, field(2, field(1, bytes(inRoot))))),
            field(2, field(1, field(2, field(1, bytes(below))))));
    String treeDigest = sha256(tree);
    assertThat(f.put(treeDigest, tree).status()).isEqualTo(201);
    String key = sha256(bytes("action"));
    byte[] action = field(3, field(3, field(1, bytes(treeDigest))));
    assertThat(f.send("PUT", "/ac/" + key, action).status()).isEqualTo(201);

    assertThat(f.front().ask("GET", "/ac/" + key).body()).isEqualTo(action);
    for (String gone : new String[] {below, treeDigest}) {
      assertThat(f.front().ask("DELETE", "/cas/" + gone).status()).isEqualTo(200);
      assertThat(f.front().ask("GET", "/ac/" + key).status()).isEqualTo(404);
    }
  }

  /** It is read twice: the meters must not take the second time for a hit. */
  @Test
  void action_fromTheFileServer_isNoHit() throws Exception {
    String key = sha256(bytes("action"));
    Files.writeString(f.atOrigin(key).resolveSibling("ac-" + key), "what another client put");
    assertThat(f.front().ask("GET", "/ac/" + key).text()).isEqualTo("what another client put");
    assertThat(f.meter("holdfast_store_gets_total{store=\"ac\"}")).isEqualTo(1);
    assertThat(f.meter("holdfast_store_hits_total{store=\"ac\"}")).isZero();
    assertThat(f.front().ask("GET", "/ac/" + key).status()).isEqualTo(200);
    assertThat(f.meter("holdfast_store_hits_total{store=\"ac\"}")).isEqualTo(1);
  }

  /** Nobody waits for ever for a file server that hangs. */
  @Test
  void action_whoseBlobsCannotBeLookedAt_is503() throws Exception {
    String blob = sha256(bytes("hangs"));
    String key = sha256(bytes("action"));
    byte[] action = field(2, field(2, field(1, bytes(blob))));
    assertThat(f.send("PUT", "/ac/" + key, action).status()).isEqualTo(201);
    f.facts.awaitSettled();
    f.facts.standIns().forEach(standIn -> standIn.troubles().start(Trouble.HANG));
    RawResponse answer = f.front().ask("GET", "/ac/" + key);
    f.facts.standIns().forEach(standIn -> standIn.troubles().stopAll());
    Api.problem(answer, 503);
    assertThat(answer.onlyHeader("Retry-After")).isEqualTo("1");
  }

  @Test
  void action_withADirectoryThatIsNone_isNotThere() throws Exception {
    String tree = f.given("\n\u007f no tree");
    String key = sha256(bytes("action"));
    byte[] action = field(3, field(3, field(1, bytes(tree))));
    assertThat(f.send("PUT", "/ac/" + key, action).status()).isEqualTo(201);
    assertThat(f.front().ask("GET", "/ac/" + key).status()).isEqualTo(404);
  }

  @Test
  void delete_happensOnlyUnderItsPrecondition() throws Exception {
    String digest = f.given("hello");
    String target = "/cas/" + digest;
    assertThat(f.front().ask("DELETE", target, "If-Match: \"a\"").status()).isEqualTo(412);
    assertThat(f.front().ask("DELETE", target, "If-None-Match: *").status()).isEqualTo(412);
    assertThat(f.get(digest).text()).isEqualTo("hello");
    assertThat(f.front().ask("DELETE", target, "If-Match: \"" + digest + '"').status())
        .isEqualTo(200);
    assertThat(f.get(digest).status()).isEqualTo(404);

    String action = "/ac/" + digest;
    assertThat(f.send("PUT", action, bytes("b")).status()).isEqualTo(201);
    assertThat(f.front().ask("DELETE", action, "If-Match: \"a\"").status()).isEqualTo(412);
    assertThat(f.front().ask("DELETE", action, "If-Match: *").status()).isEqualTo(200);
  }

  /** More than are looked at at once, and none of them here before. */
  @Test
  void action_thatNamesMany_isThereWithAllOfThem() throws Exception {
    var result = new ByteArrayOutputStream();
    String last = "";
    for (int i = 0; i < 60; i++) {
      last = sha256(bytes("at the file server " + i));
      Files.writeString(f.atOrigin(last), "at the file server " + i);
      result.write(field(2, field(2, field(1, bytes(last)))));
    }
    String key = sha256(bytes("action"));
    assertThat(f.send("PUT", "/ac/" + key, result.toByteArray()).status()).isEqualTo(201);
    assertThat(f.front().ask("GET", "/ac/" + key).body()).isEqualTo(result.toByteArray());
    assertThat(f.front().ask("DELETE", "/cas/" + last).status()).isEqualTo(200);
    assertThat(f.front().ask("GET", "/ac/" + key).status()).isEqualTo(404);
  }

  @Test
  void whatNamesNothing_isThere() throws Exception {
    String key = sha256(bytes("key"));
    assertThat(f.send("PUT", "/ac/" + key, bytes("what another client puts")).status())
        .isEqualTo(201);
    assertThat(f.front().ask("GET", "/ac/" + key).text()).isEqualTo("what another client puts");
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  /** A message that is one field of bytes. */
  private static byte[] field(int number, byte[] value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(number, value);
    out.flush();
    return bytes.toByteArray();
  }
}
