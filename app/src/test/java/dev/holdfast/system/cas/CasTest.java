package dev.holdfast.system.cas;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs and actions through nginx. */
final class CasTest {
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  @TempDir Path directory;
  private CasFixture f;

  @BeforeEach
  void start() throws Exception {
    f = CasFixture.start(directory);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void put_ofWhatIsThere_isSaidToBeThereAndSendsNothing() throws Exception {
    String digest = f.given("hello");
    f.facts.awaitSettled();
    long puts = f.atOrigins("PUT");

    assertThat(f.put(digest, bytes("hello")).status()).isEqualTo(200);
    assertThat(f.get(digest).text()).isEqualTo("hello");
    f.facts.awaitSettled();
    assertThat(puts).isEqualTo(1);
    assertThat(f.atOrigins("PUT")).isEqualTo(1);
  }

  @Test
  void put_ofWhatOnlyTheFileServerHas_isSaidToBeThere() throws Exception {
    String digest = sha256(bytes("from before"));
    Files.writeString(f.atOrigin(digest), "from before");

    assertThat(f.put(digest, bytes("from before")).status()).isEqualTo(200);
    assertThat(f.atOrigins("PUT")).isZero();
  }

  @Test
  void put_ofOtherBytes_keepsNothing() throws Exception {
    String digest = sha256(bytes("hello"));

    assertThat(Api.problem(f.put(digest, bytes("hullo")), 422)).contains("SHA-256");
    assertThat(f.get(digest).status()).isEqualTo(404);
    f.assertNothingKeptBut();
    f.given("hello");
    assertThat(f.put(digest, bytes("hullo")).status()).isEqualTo(422);
    assertThat(f.get(digest).text()).isEqualTo("hello");
    assertThat(f.meter("holdfast_store_puts_total{outcome=\"other_digest\",store=\"cas\"}"))
        .isEqualTo(2);
  }

  @Test
  void get_byNginxAndByTheSidecar_isTheSame() throws Exception {
    String digest = f.given("0123456789");
    Api owner = f.sidecar(f.ownerOf(digest));
    for (String range :
        new String[] {
          "bytes=2-4",
          "bytes=0-3",
          "bytes=0-",
          "bytes=-1",
          "bytes=-0",
          "bytes=50-",
          "bytes=50-60,70-80",
          ""
        }) {
      String[] headers = range.isEmpty() ? new String[0] : new String[] {"Range: " + range};
      RawResponse nginx = f.get(digest, headers);
      RawResponse sidecar = owner.ask("GET", "/cas/" + digest, headers);
      assertThat(nginx.status()).as(range).isEqualTo(sidecar.status());
      if (nginx.status() == 416) {
        assertThat(Api.only(nginx, "Content-Range")).isEqualTo("bytes */10");
        assertThat(nginx.headers("Cache-Control")).noneMatch(said -> said.contains("immutable"));
      }
      if (nginx.status() < 400) {
        assertThat(nginx.text()).isEqualTo(sidecar.text());
        for (String header : new String[] {"ETag", "Cache-Control", "Vary", "Content-Type"}) {
          assertThat(Api.only(nginx, header)).isEqualTo(Api.only(sidecar, header));
        }
        assertThat(Api.only(nginx, "ETag")).isEqualTo('"' + digest + '"');
        assertThat(Api.only(nginx, "Cache-Control")).isEqualTo(FOR_EVER);
      }
    }
    assertThat(f.front().ask("HEAD", "/cas/" + digest).onlyHeader("Content-Length"))
        .isEqualTo("10");
  }

  @Test
  void conditions_areHeldAgainstTheDigest() throws Exception {
    String digest = f.given("0123456789");
    String tag = '"' + digest + '"';

    RawResponse known = f.get(digest, "If-None-Match: " + tag);
    assertThat(known.status()).isEqualTo(304);
    assertThat(Api.only(known, "ETag")).isEqualTo(tag);
    assertThat(Api.only(known, "Cache-Control")).isEqualTo(FOR_EVER);
    assertThat(f.get(digest, "If-None-Match: \"a\", W/" + tag).status()).isEqualTo(304);
    assertThat(f.get(digest, "If-None-Match: *").status()).isEqualTo(304);
    assertThat(f.get(digest, "If-None-Match: \"a\"").text()).isEqualTo("0123456789");
    assertThat(f.get(digest, "If-Match: " + tag).status()).isEqualTo(200);
    assertThat(f.get(digest, "If-Match: *").status()).isEqualTo(200);
    assertThat(f.get(digest, "If-Match: \"a\"").status()).isEqualTo(412);
    assertThat(f.get(digest, "Range: bytes=0-1", "If-Range: " + tag).text()).isEqualTo("01");
    assertThat(f.get(digest, "Range: bytes=0-1", "If-Range: \"a\"").status()).isEqualTo(200);
    assertThat(f.get(digest, "If-Modified-Since: Sun, 22 Nov 2037 11:52:31 GMT").status())
        .isEqualTo(200);
    assertThat(f.get(digest, "If-Unmodified-Since: Sun, 22 Nov 1997 11:52:31 GMT").status())
        .isEqualTo(200);
  }

  @Test
  void get_ofWhatOnlyTheFileServerHas_isFetchedOnce() throws Exception {
    String digest = sha256(bytes("from before"));
    Files.writeString(f.atOrigin(digest), "from before");

    RawResponse first = f.get(digest);
    assertThat(first.text()).isEqualTo("from before");
    assertThat(Api.only(first, "ETag")).isEqualTo('"' + digest + '"');
    assertThat(Api.only(first, "Cache-Control")).isEqualTo(FOR_EVER);
    assertThat(Api.only(first, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(f.get(digest).text()).isEqualTo("from before");
    assertThat(f.atOrigins("GET")).isEqualTo(1);
    assertThat(f.meter("holdfast_store_loads_total{store=\"cas\"}")).isEqualTo(1);
    assertThat(f.meter("holdfast_store_gets_total{store=\"cas\"}")).isEqualTo(1);
    assertThat(f.meter("holdfast_store_hits_total{store=\"cas\"}")).isZero();
  }

  /**
   * For both stores: reads from the file server, reads that joined one, and reads of files that
   * were here.
   */
  @ParameterizedTest
  @ValueSource(strings = {"cas", "ac"})
  void reads_areCountedByWhereTheyWereAnsweredFrom(String store) throws Exception {
    String digest = sha256(bytes("from before"));
    Files.writeString(f.atOrigin(digest).resolveSibling(store + "-" + digest), "from before");
    Api owner = f.sidecar(ProcessStack.ownerOf(f.ring(), store + "-" + digest));
    String target = "/" + store + "/" + digest;
    f.facts.standIns().forEach(standIn -> standIn.troubles().start(Trouble.HANG));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reads = new ArrayList<Future<RawResponse>>();
      for (int i = 0; i < 10; i++) {
        reads.add(threads.submit(() -> owner.ask("GET", target)));
      }
      Await.until("9 have joined", () -> meter("loads_deduped", store) == 9);
      f.facts.standIns().forEach(standIn -> standIn.troubles().stopAll());
      for (Future<RawResponse> read : reads) {
        assertThat(read.get().text()).isEqualTo("from before");
      }
    }
    // A read is counted when it is over. Its client may see the end a moment earlier.
    Await.until("the reads are counted", () -> meter("gets", store) == 10);
    Await.until("the load is counted", () -> meter("loads", store) == 1);
    assertThat(meter("hits", store)).isZero();
    assertThat(owner.ask("GET", target).text()).isEqualTo("from before");
    Await.until("the hit is counted", () -> meter("hits", store) == 1);
    Await.until("the read is counted", () -> meter("gets", store) == 11);
    assertThat(meter("loads", store)).isEqualTo(1);
    String other = store.equals("cas") ? "ac" : "cas";
    assertThat(meter("gets", other)).isZero();
    assertThat(meter("loads", other)).isZero();
  }

  private double meter(String what, String store) throws Exception {
    return f.meter("holdfast_store_" + what + "_total{store=\"" + store + "\"}");
  }

  @Test
  void emptyBlob_isAlwaysThere() throws Exception {
    assertThat(f.get(EMPTY).status()).isEqualTo(200);
    assertThat(f.get(EMPTY).body()).isEmpty();
    assertThat(f.front().ask("HEAD", "/cas/" + EMPTY).onlyHeader("Content-Length")).isEqualTo("0");
    assertThat(f.get(EMPTY, "If-None-Match: \"" + EMPTY + "\"").status()).isEqualTo(304);
    assertThat(f.put(EMPTY, new byte[0]).status()).isEqualTo(200);
    assertThat(f.put(EMPTY, new byte[1]).status()).isEqualTo(422);
    assertThat(f.atOrigins("GET")).isZero();
    f.assertNothingKeptBut();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555",
        "%653b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/",
        ""
      })
  void digest_thatIsNone_is400(String digest) throws Exception {
    for (String path : new String[] {"/cas/", "/ac/"}) {
      for (String method : new String[] {"GET", "PUT"}) {
        assertThat(Api.problem(f.send(method, path + digest, new byte[0]), 400))
            .as("%s %s%s", method, path, digest)
            .contains("64 lowercase hex digits");
      }
    }
    assertThat(f.sidecar(0).ask("GET", "/cas/" + digest).status()).isBetween(400, 404);
  }

  @Test
  void targets_thatOnlyLeadThere_areRefused() throws Exception {
    String digest = f.given("hello");
    assertThat(f.front().ask("GET", "/x/../cas/" + digest).status()).isEqualTo(400);
    assertThat(f.front().ask("GET", "/api/fileserver/../../cas/" + digest).status()).isEqualTo(400);
    assertThat(f.front().ask("GET", "/cas/../api/fileserver/cas-" + digest).status())
        .isEqualTo(404);
    assertThat(f.front().ask("GET", "//cas/" + digest).status()).isEqualTo(404);
    assertThat(f.front().ask("GET", "/_cas/cas-" + digest).status()).isEqualTo(404);
    assertThat(f.front().ask("GET", "/castle").status()).isEqualTo(404);
    assertThat(f.get(digest + "?q").status()).isEqualTo(200);
  }

  @Test
  void methods_thatAreNotKnown_are405() throws Exception {
    String digest = f.given("hello");
    for (String method : new String[] {"DELETE", "PATCH", "POST"}) {
      RawResponse answer = f.send(method, "/cas/" + digest, new byte[0]);
      Api.problem(answer, 405);
      assertThat(Api.only(answer, "Allow")).isEqualTo("GET, HEAD, OPTIONS, PUT");
    }
    RawResponse trace = f.front().ask("TRACE", "/cas/" + digest); // refused by nginx itself
    Api.problem(trace, 405);
    assertThat(Api.only(trace, "Allow")).isEqualTo("GET, HEAD, OPTIONS, PUT");
    assertThat(Api.only(f.send("GET", "/cas", new byte[0]), "Allow")).isEqualTo("OPTIONS, POST");
    assertThat(Api.only(f.front().ask("OPTIONS", "/cas/" + digest), "Allow"))
        .isEqualTo("GET, HEAD, OPTIONS, PUT");
    assertThat(f.front().delete("cas-" + digest).status()).isEqualTo(405);
    assertThat(f.get(digest).text()).isEqualTo("hello");
  }

  @Test
  void fileService_holdsBlobsToTheirDigests() throws Exception {
    String digest = sha256(bytes("hello"));
    assertThat(f.front().put("cas-" + digest, "hullo").status()).isEqualTo(422);
    assertThat(f.front().get("cas-" + digest).status()).isEqualTo(404);
    assertThat(f.front().put("cas-" + digest, "hello").status()).isEqualTo(201);
    assertThat(f.get(digest).text()).isEqualTo("hello");
    assertThat(f.front().get("cas-" + digest).text()).isEqualTo("hello");
    assertThat(f.front().put("cas-of-wine", "red").status()).isEqualTo(201);
    assertThat(f.front().delete("cas-of-wine").status()).isEqualTo(200);
  }

  @Test
  void sidecar_refusesWhatItDoesNotOwn() throws Exception {
    String digest = f.given("hello");
    int other = (f.ownerOf(digest) + 1) % TrafficStack.PAIRS;
    for (String path : new String[] {"/cas/", "/ac/"}) {
      int refused = 0;
      for (int i = 0; i < TrafficStack.PAIRS; i++) {
        refused += f.sidecar(i).ask("GET", path + digest).status() == 421 ? 1 : 0;
      }
      assertThat(refused).isEqualTo(TrafficStack.PAIRS - 1);
    }
    assertThat(f.sidecar(other).ask("GET", "/cas/" + digest).status()).isEqualTo(421);
  }

  @Test
  void action_isWhatWasPutLast() throws Exception {
    String key = sha256(bytes("an action"));
    assertThat(f.front().ask("GET", "/ac/" + key).status()).isEqualTo(404);
    assertThat(f.send("PUT", "/ac/" + key, bytes("first")).status()).isEqualTo(201);
    assertThat(f.send("PUT", "/ac/" + key, bytes("last")).status()).isEqualTo(201);

    RawResponse answer = f.front().ask("GET", "/ac/" + key);
    assertThat(answer.text()).isEqualTo("last");
    assertThat(Api.only(answer, "Cache-Control")).isEqualTo("no-cache");
    assertThat(f.front().ask("GET", "/ac/" + key, "If-None-Match: " + Api.only(answer, "ETag")))
        .extracting(RawResponse::status)
        .isEqualTo(304);
    assertThat(f.front().ask("HEAD", "/ac/" + key).onlyHeader("Content-Length")).isEqualTo("4");
    assertThat(f.front().ask("DELETE", "/ac/" + key).status()).isEqualTo(405);
    assertThat(f.front().get("ac-" + key).text()).isEqualTo("last");
  }

  @Test
  void put_ofAnAction_happensOnlyUnderItsPrecondition() throws Exception {
    String target = "/ac/" + sha256(bytes("an action"));
    assertThat(f.send("PUT", target, bytes("a"), "If-Match: *").status()).isEqualTo(412);
    assertThat(f.send("PUT", target, bytes("b"), "If-None-Match: *").status()).isEqualTo(201);
    RawResponse refused = f.send("PUT", target, bytes("c"), "If-None-Match: *");
    assertThat(Api.problem(refused, 412)).contains("state");
    RawResponse kept = f.front().ask("GET", target);
    assertThat(kept.text()).isEqualTo("b");
    String tag = "If-Match: " + Api.only(kept, "ETag");
    assertThat(f.send("PUT", target, bytes("d"), tag).status()).isEqualTo(201);
    assertThat(f.send("PUT", target, bytes("e"), tag).status()).isEqualTo(412);
    assertThat(f.front().ask("GET", target).text()).isEqualTo("d");
  }

  /** The blob is there, as the client wants: docs/cas.md. */
  @Test
  void put_ofABlobThatIsThere_isFineWhateverItsPrecondition() throws Exception {
    String digest = f.given("hello");
    assertThat(f.put(digest, bytes("hello"), "If-None-Match: *").status()).isEqualTo(200);
    assertThat(f.put(digest, bytes("hello"), "If-Match: \"a\"").status()).isEqualTo(200);
  }

  @Test
  void body_thatBreaksOff_keepsNothing() throws Exception {
    String digest = sha256(bytes("hello"));
    try (var http = f.front().connect()) {
      http.request("PUT", "/cas/" + digest, "Content-Length: 5").text("hel").finish();
      Api.assertNotAcknowledged(http);
    }
    assertThat(f.get(digest).status()).isEqualTo(404);
    assertThat(f.put(digest, bytes("hello"), "Content-Range: bytes 0-4/9").status()).isEqualTo(400);
    assertThat(f.put(digest, bytes("hello"), "Content-Encoding: br").status()).isEqualTo(415);
    f.assertNothingKeptBut();
  }
}
