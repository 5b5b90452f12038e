package dev.holdfast.system.cas;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads whose digest the store computes. */
final class CasUploadTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORM = "Content-Type: multipart/form-data; boundary=cut";
  private static final int PARTS_MAX = 20;

  @TempDir Path directory;
  private CasFixture f;

  @BeforeEach
  void start() throws Exception {
    f =
        CasFixture.start(
            directory,
            CasConfig.DEFAULT
                .withBodyBytesMax(100_000)
                .withPartsMax(PARTS_MAX)
                .withActionBytesMax(1024));
  }

  @AfterEach
  void stop() {
    f.close();
  }

  /** There are so many that every sidecar gets some of every other sidecar. */
  @Test
  void raw_comesToItsOwner_whoeverGetsIt() throws Exception {
    Set<Integer> owners = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      String text = "blob " + i;
      RawResponse answer = f.post(bytes(text));
      String digest = sha256(bytes(text));
      assertThat(answer.status()).isEqualTo(201);
      assertThat(Api.only(answer, "Location")).isEqualTo("/cas/" + digest);
      JsonNode json = JSON.readTree(answer.text());
      assertThat(json.get("digest").asText()).isEqualTo(digest);
      assertThat(json.get("size").asInt()).isEqualTo(text.length());
      assertThat(json.has("fileName")).isFalse();
      assertThat(f.get(digest).text()).isEqualTo(text);
      owners.add(f.ownerOf(digest));
    }
    assertThat(owners).hasSize(TrafficStack.PAIRS);
    assertThat(f.meter("holdfast_store_handed_over_total")).isPositive();
    f.facts.assertNothingSpooled();
    assertThat(f.post(bytes("blob 1")).status()).isEqualTo(201);
    assertThat(f.post(new byte[0]).status()).isEqualTo(201);
  }

  @Test
  void upload_whoseOwnerIsDown_is503() throws Exception {
    byte[] body = bytes("whose?");
    int owner = f.ownerOf(sha256(body));
    int other = (owner + 1) % TrafficStack.PAIRS;
    f.stopSidecar(owner);
    assertThat(Api.problem(CasFixture.send(f.sidecar(other), "POST", "/cas", body), 503))
        .contains("could not be handed over");
    f.assertNothingKeptBut();
  }

  @Test
  void parts_areBlobsEach() throws Exception {
    RawResponse answer =
        f.post(bytes(part("a; filename=one.txt", "one") + part("b", "two") + "--cut--\r\n"), FORM);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    JsonNode json = JSON.readTree(answer.text());
    assertThat(json).hasSize(2);
    assertThat(json.at("/0/fileName").asText()).isEqualTo("one.txt");
    assertThat(json.at("/0/digest").asText()).isEqualTo(sha256(bytes("one")));
    assertThat(json.at("/1/size").asInt()).isEqualTo(3);
    assertThat(json.at("/1").has("fileName")).isFalse();
    assertThat(f.get(sha256(bytes("one"))).text()).isEqualTo("one");
    assertThat(f.get(sha256(bytes("two"))).text()).isEqualTo("two");
    f.facts.assertNothingSpooled();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // truncated: in a body, before the last boundary, in a header, at once
        "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\none",
        "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n--cut\r\n",
        "--cut\r\nContent-Disposition: form-da",
        "",
        "no boundary at all",
        "--cut--\r\n",
        // names: none, empty, none of a form
        "--cut\r\nContent-Disposition: form-data; filename=x\r\n\r\none\r\n--cut--\r\n",
        "--cut\r\nContent-Disposition: form-data; name=\"\"\r\n\r\none\r\n--cut--\r\n",
        "--cut\r\nContent-Disposition: attachment; name=a\r\n\r\none\r\n--cut--\r\n",
        "--cut\r\n\r\none\r\n--cut--\r\n",
        // paths
        "--cut\r\nContent-Disposition: form-data; name=\"../a\"\r\n\r\none\r\n--cut--\r\n",
        // control characters
        "--cut\r\nContent-Disposition: form-data; name=a; filename=\"a\u0001\"\r\n\r\none\r\n--cut--\r\n",
        // a quote without an end, something behind a boundary
        "--cut\r\nContent-Disposition: form-data; name=a; filename=\"a\r\n\r\none\r\n--cut--\r\n",
        "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n--cutting\r\n--cut--\r\n",
        // encoded
        "--cut\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nb25l\r\n--cut--\r\n",
        // one that is right, and one that is not
        "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n--cut\r\nContent-Disposition: form-data\r\n\r\ntwo\r\n--cut--\r\n"
      })
  void badForm_isRefusedAndKeepsNothing(String body) throws Exception {
    Api.problem(f.post(bytes(body), FORM), 400);
    f.assertNothingKeptBut();
    f.facts.awaitSettled();
    assertThat(f.atOrigins("PUT")).isZero();
  }

  /** Correct forms that clients send (RFC 2046, 5.1.1; RFC 7578). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data; Boundary=cut",
        "Multipart/Form-Data;charset=utf-8; BOUNDARY = \"cut\" ; x",
        "multipart/form-data; a=\"; boundary=no\"; boundary=cut",
      })
  void boundary_howeverItIsSpelt(String type) throws Exception {
    RawResponse answer = f.post(bytes(part("a", "one") + "--cut--"), "Content-Type: " + type);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(f.get(sha256(bytes("one"))).text()).isEqualTo("one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cut \t \r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n--cut--  \r\n",
        "a preamble with --cut in it\r\n and --cut\r\n"
            + "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n--cut--",
        "x--cut\r\n\r\n--cut\r\nCONTENT-DISPOSITION: Form-Data; NAME=a\r\n\r\none\r\n--cut--end",
      })
  void form_withPaddingAndPreamble_isTaken(String body) throws Exception {
    RawResponse answer = f.post(bytes(body), FORM);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(JSON.readTree(answer.text())).hasSize(1);
    assertThat(JSON.readTree(answer.text()).at("/0/digest").asText())
        .isEqualTo(sha256(bytes("one")));
  }

  /** The client's name of its file is only echoed, and never used as a path. */
  @ParameterizedTest
  @CsvSource({
    "dir/one.txt, dir/one.txt",
    "\"dir/one two.txt\", dir/one two.txt",
    "../x, ../x",
    "\"..\", ..",
    "/etc/passwd, /etc/passwd",
    "\"C:\\dir\\new\", C:\\dir\\new",
    "\"a\\\"b;c\\\\d\", a\"b;c\\d",
    "\"\u00e9\u20ac%22\", \u00e9\u20ac%22",
  })
  void fileName_isReportedAsSent(String sent, String reported) throws Exception {
    RawResponse answer = f.post(bytes(part("a; FileName=" + sent, "one") + "--cut--\r\n"), FORM);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(JSON.readTree(answer.text()).at("/0/fileName").asText()).isEqualTo(reported);
  }

  @Test
  void headerOfAPart_thatIsTooLong_isRefusedInOurWords() throws Exception {
    String body = part("a; filename=" + "x".repeat(9_000), "one") + "--cut--\r\n";
    assertThat(Api.problem(f.post(bytes(body), FORM), 400))
        .contains("the header of a part is longer than 8192 bytes", "nothing was changed")
        .doesNotContain("apache", "Exception", "java");
    f.assertNothingKeptBut();
  }

  @Test
  void formWithoutBoundary_isRefused() throws Exception {
    Api.problem(f.post(bytes("x"), "Content-Type: multipart/form-data"), 400);
    Api.problem(f.post(bytes("x"), FORM, "Content-Encoding: zstd"), 415);
    f.assertNothingKeptBut();
  }

  @Test
  void tooMuch_is413() throws Exception {
    String many = part("a", "x").repeat(PARTS_MAX + 1) + "--cut--\r\n";
    Api.problem(f.post(bytes(many), FORM), 413);
    Api.problem(f.post(new byte[100_001]), 413);
    String large = part("a", "x".repeat(60_000)) + part("b", "y".repeat(60_000)) + "--cut--\r\n";
    Api.problem(f.post(bytes(large), FORM), 413);
    try (var http = f.front().connect()) { // without an announced length
      http.request("POST", "/cas", "Transfer-Encoding: chunked");
      for (int i = 0; i < 11; i++) {
        http.chunk(new byte[10_000]);
      }
      Api.problem(http.finalResponse(), 413);
    }
    f.assertNothingKeptBut();
  }

  /** A part of unknown length reserves room by the MiB. */
  @Test
  void partThatHasEnded_takesNoMoreRoomThanItsBytes() throws Exception {
    f.close();
    var small =
        StagingLimits.DEFAULT
            .withIncomingBytesMax(3 << 20)
            .withPendingBytesMax(3 << 20)
            .withRoomWaitMs(0)
            .withKeeping(Keeping.OFF);
    f =
        CasFixture.start(
            directory.resolve("small"),
            CasConfig.DEFAULT,
            TrafficStack.files(Mode.BEHIND, 0),
            small);
    String form = part("a", "x").repeat(PARTS_MAX) + "--cut--\r\n";
    assertThat(f.post(bytes(form), FORM).status()).isEqualTo(201);
  }

  /** However it comes in. A body of this length is refused before it comes. */
  @Test
  void bodyBeyondTheRoom_is503_andChangesNothing() throws Exception {
    f.close();
    f =
        CasFixture.start(
            directory.resolve("small"),
            CasConfig.DEFAULT,
            TrafficStack.files(Mode.BEHIND, 0),
            StagingLimits.DEFAULT
                .withIncomingBytesMax(1_000)
                .withPendingBytesMax(1_000)
                .withPendingCountMax(10)
                .withRoomWaitMs(0)
                .withDiskFreeBytesMin(0)
                .withKeeping(Keeping.OFF));
    byte[] body = new byte[2_000];
    String form = part("a", "x") + part("b", "y".repeat(2_000)) + "--cut--\r\n";
    for (RawResponse answer :
        List.of(
            f.put(sha256(body), body),
            f.put(sha256(body), body, "Content-Encoding: zstd"),
            f.send("PUT", "/ac/" + sha256(body), body),
            f.post(body),
            f.post(bytes(form), FORM))) {
      assertThat(Api.problem(answer, 503)).contains("no room").endsWith("nothing was changed");
    }
    f.assertNothingKeptBut();
  }

  /** There are many forms and many parts, and few open files. */
  @Test
  void partThatHasEnded_keepsNoFileOpen() throws Exception {
    String fifteen = part("a", "x").repeat(15);
    String rest = part("a", "y") + "--cut--\r\n";
    try (var http = f.front().connect()) {
      http.request("POST", "/cas", FORM, "Content-Length: " + (fifteen + rest).length())
          .text(fifteen);
      Await.until("they have come", () -> spooled() >= 15);
      assertThat(openSpools()).isLessThanOrEqualTo(1);
      http.text(rest);
      assertThat(http.finalResponse().status()).isEqualTo(201);
    }
    assertThat(f.get(sha256(bytes("x"))).text()).isEqualTo("x");
  }

  private long spooled() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(CasUploadTest::isSpool).count();
    }
  }

  /** Returns how many spools are open. The sidecars are in this process. */
  private static long openSpools() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(
              fd -> {
                try {
                  return isSpool(Files.readSymbolicLink(fd));
                } catch (IOException closed) {
                  return false;
                }
              })
          .count();
    }
  }

  private static boolean isSpool(Path file) {
    return file.getParent() != null && file.getParent().endsWith("incoming");
  }

  @Test
  void rawThatBreaksOff_keepsNothing() throws Exception {
    try (var http = f.front().connect()) {
      http.request("POST", "/cas", "Content-Length: 10").text("half").finish();
      Api.assertNotAcknowledged(http);
    }
    f.given("later"); // everything begun before is over
    f.assertNothingKeptBut("cas-" + sha256(bytes("later")));
  }

  private static String part(String name, String body) {
    return "--cut\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + body + "\r\n";
  }
}
