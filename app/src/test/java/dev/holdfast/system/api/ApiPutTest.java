package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Bodies;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers to PUT, and its effects on the file. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiPutTest {
  private static final int BODY_BYTES_MAX = 1_000_000;

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup().withBodyBytesMax(BODY_BYTES_MAX));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  @Test
  void put_newName() throws IOException {
    RawResponse answer = api.put("new", "first");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).isEmpty();
    assertThat(only(answer, "ETag")).matches("\"[!#-~]+\"");
    RawResponse read = api.get("new");
    assertThat(read.text()).isEqualTo("first");
    assertThat(only(read, "ETag")).isEqualTo(only(answer, "ETag"));
    assertThat(stack.originDir().resolve("new")).hasContent("first");
  }

  @Test
  void put_existingName() throws IOException {
    String before = api.given("existing", "before");

    RawResponse answer = api.put("existing", "after, and longer");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(only(answer, "ETag")).isNotEqualTo(before);
    assertThat(api.get("existing").text()).isEqualTo("after, and longer");
    assertThat(stack.originDir().resolve("existing")).hasContent("after, and longer");
  }

  @Test
  void put_sameContentAgain() throws IOException {
    String etag = api.given("again", "content");
    assertThat(only(api.put("again", "content"), "ETag")).isEqualTo(etag);
  }

  @Test
  void put_empty() throws IOException {
    RawResponse answer = api.put("empty", "");

    assertThat(answer.status()).isEqualTo(201);
    RawResponse read = api.get("empty");
    assertThat(read.status()).isEqualTo(200);
    assertThat(only(read, "Content-Length")).isEqualTo("0");
    assertThat(only(read, "ETag")).isEqualTo(only(answer, "ETag"));
    assertThat(stack.originDir().resolve("empty")).isEmptyFile();
  }

  @Test
  void put_everyByteValue() throws IOException {
    var body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    assertThat(api.put("bytes", body).status()).isEqualTo(201);
    assertThat(api.get("bytes").body()).isEqualTo(body);
    assertThat(stack.originDir().resolve("bytes")).hasBinaryContent(body);
  }

  @Test
  void put_chunked() throws IOException {
    byte[] body = Bodies.make("chunked", 1, 1, 300_000);
    RawResponse answer = putChunked("chunked", body, 70_000);

    assertThat(answer.status()).isEqualTo(201);
    RawResponse read = api.get("chunked");
    assertThat(read.body()).isEqualTo(body);
    assertThat(only(read, "ETag")).isEqualTo(only(answer, "ETag"));
    assertThat(stack.originDir().resolve("chunked")).hasBinaryContent(body);
  }

  @Test
  void put_chunkedEmpty() throws IOException {
    assertThat(putChunked("chunked-empty", new byte[0], 1).status()).isEqualTo(201);
    assertThat(only(api.get("chunked-empty"), "Content-Length")).isEqualTo("0");
  }

  @Test
  void put_withExpect_isToldToContinue() throws IOException {
    try (RawHttp http = api.connect()) {
      http.request("PUT", PATH + "expect", "Content-Length: 4", "Expect: 100-continue");
      assertThat(http.response().status()).isEqualTo(100);
      assertThat(http.text("body").finalResponse().status()).isEqualTo(201);
    }
    assertThat(api.get("expect").text()).isEqualTo("body");
  }

  @Test
  void put_withTypeAndCharset_changesNothingOfTheAnswerToGet() throws IOException {
    api.put("typed", "<p>", "Content-Type: text/html; charset=latin1");
    assertThat(only(api.get("typed"), "Content-Type")).isEqualTo("application/octet-stream");
  }

  /** An ETag of size and seconds would be the same for both. */
  @Test
  void put_twiceWithinASecond_sameLength() throws IOException {
    var etags = new HashSet<String>();
    for (int i = 10; i < 30; i++) {
      String first = api.given("twice", "version " + i);
      String second = api.given("twice", "VERSION " + i);
      etags.add(first);
      etags.add(second);

      RawResponse read = api.get("twice", "If-None-Match: " + first);
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.text()).isEqualTo("VERSION " + i);
      assertThat(api.get("twice", "If-None-Match: " + second).status()).isEqualTo(304);
    }
    assertThat(etags).hasSize(40);
  }

  // --- conditions ---------------------------------------------------------------------------

  @Test
  void put_ifNoneMatchAny_absent() throws IOException {
    assertThat(api.put("create", "content", "If-None-Match: *").status()).isEqualTo(201);
    assertThat(api.get("create").text()).isEqualTo("content");
  }

  @Test
  void put_ifNoneMatchAny_existing() throws IOException {
    String etag = api.given("created", "old");
    problem(api.put("created", "new", "If-None-Match: *"), 412);
    assertUnchanged("created", "old", etag);
  }

  @Test
  void put_ifNoneMatchAny_onlyAtTheOrigin() throws IOException {
    Files.writeString(stack.originDir().resolve("unseen"), "old");
    problem(api.put("unseen", "new", "If-None-Match: *"), 412);
    assertThat(api.get("unseen").text()).isEqualTo("old");
    assertThat(stack.originDir().resolve("unseen")).hasContent("old");
  }

  @Test
  void put_ifNoneMatchAny_deleted() throws IOException {
    api.given("deleted", "old");
    assertThat(api.delete("deleted").status()).isEqualTo(200);
    assertThat(api.put("deleted", "new", "If-None-Match: *").status()).isEqualTo(201);
    assertThat(api.get("deleted").text()).isEqualTo("new");
  }

  @Test
  void put_ifNoneMatchItsTag() throws IOException {
    String etag = api.given("none-match", "old");
    problem(api.put("none-match", "new", "If-None-Match: " + etag), 412);
    assertUnchanged("none-match", "old", etag);
    assertThat(api.put("none-match", "new", "If-None-Match: \"else\"").status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"else\"", "\"a\", \"b\"", "W/\"else\""})
  void put_ifMatchAnotherTag(String tag) throws IOException {
    String etag = api.given("match", "old");
    problem(api.put("match", "new", "If-Match: " + tag), 412);
    assertUnchanged("match", "old", etag);
  }

  /** If-Match compares strongly (RFC 9110, 13.1.1). */
  @Test
  void put_ifMatchItsTagAsAWeakOne() throws IOException {
    String etag = api.given("weak", "old");
    problem(api.put("weak", "new", "If-Match: W/" + etag), 412);
    assertUnchanged("weak", "old", etag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "\"else\", %s", "*"})
  void put_ifMatchItsTag(String tags) throws IOException {
    String etag = api.given("matched", "old");
    RawResponse answer = api.put("matched", "new", "If-Match: " + tags.formatted(etag));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(api.get("matched").text()).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "\"some\""})
  void put_ifMatch_absent(String tag) throws IOException {
    problem(api.put("absent", "new", "If-Match: " + tag), 412);
    assertThat(api.get("absent").status()).isEqualTo(404);
    assertThat(stack.originDir().resolve("absent")).doesNotExist();
  }

  /** A reader's tag is good for a conditional write, whoever answered the read. */
  @Test
  void put_ifMatchTheTagOfARead() throws IOException {
    Files.writeString(stack.originDir().resolve("read"), "old");
    String etag = only(api.get("read"), "ETag");
    assertThat(api.put("read", "new", "If-Match: " + etag).status()).isEqualTo(201);
    problem(api.put("read", "newer", "If-Match: " + etag), 412);
    assertThat(api.get("read").text()).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match: unquoted", "If-None-Match: \"open"})
  void put_malformedCondition(String header) throws IOException {
    String etag = api.given("malformed", "old");
    problem(api.put("malformed", "new", header), 400);
    assertUnchanged("malformed", "old", etag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Modified-Since", "If-Unmodified-Since"})
  void put_conditionOnADate_isIgnored(String header) throws IOException {
    api.given("dated", "old");
    for (String date : new String[] {"1 Jan 1980 00:00:00 GMT", "1 Jan 2040 00:00:00 GMT"}) {
      assertThat(api.put("dated", date, header + ": Mon, " + date).status()).isEqualTo(201);
      assertThat(api.get("dated").text()).isEqualTo(date);
    }
  }

  // --- refusals -----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"bytes 0-2/3", "bytes 0-2/10", "bytes */3", "nonsense"})
  void put_contentRange(String range) throws IOException {
    String etag = api.given("ranged", "old");
    assertThat(problem(api.put("ranged", "new", "Content-Range: " + range), 400))
        .contains("Content-Range");
    assertUnchanged("ranged", "old", etag);
  }

  @Test
  void put_asLongAsTheLimit() throws IOException {
    byte[] body = Bodies.make("limit", 1, 1, BODY_BYTES_MAX);
    assertThat(api.put("limit", body).status()).isEqualTo(201);
    assertThat(putChunked("limit-chunked", body, 100_000).status()).isEqualTo(201);
    assertThat(api.get("limit").body()).isEqualTo(body);
    assertThat(api.get("limit-chunked").body()).isEqualTo(body);
  }

  @Test
  void put_announcedOverTheLimit_isRefusedBeforeTheBody() throws IOException {
    String etag = api.given("announced", "old");
    try (RawHttp http = api.connect()) {
      http.request("PUT", PATH + "announced", "Content-Length: " + (BODY_BYTES_MAX + 1));
      // Not a byte of the body has been sent.
      assertThat(problem(http.response(), 413)).contains("" + BODY_BYTES_MAX);
    }
    assertUnchanged("announced", "old", etag);
  }

  @Test
  void put_announcedOverTheLimit_withExpect_isNotToldToContinue() throws IOException {
    String etag = api.given("expected", "old");
    try (RawHttp http = api.connect()) {
      http.request(
          "PUT",
          PATH + "expected",
          "Content-Length: " + (BODY_BYTES_MAX + 1),
          "Expect: 100-continue");
      problem(http.response(), 413); // the first answer: no 100 before it
    }
    assertUnchanged("expected", "old", etag);
  }

  /** A client that sends its body all the same can read the answer. */
  @Test
  void put_sentOverTheLimit() throws IOException {
    String etag = api.given("sent", "old");
    problem(api.put("sent", new byte[BODY_BYTES_MAX + 1]), 413);
    assertUnchanged("sent", "old", etag);
  }

  /** Nobody takes the rest of a refused body for the next request, if there is one. */
  @Test
  void put_refused_thenAnotherRequestOnTheConnection() throws IOException {
    api.given("next", "content");
    String body = "GET " + PATH + "smuggled HTTP/1.1\r\n\r\n";
    try (RawHttp http = api.connect()) {
      http.request(
          "PUT", PATH + "next", "Content-Range: bytes */9", "Content-Length: " + body.length());
      problem(http.finalResponse(), 400);
      http.text(body);
      http.request("GET", PATH + "next");
      assertThat(nextAnswer(http)).isIn("content", "connection ended");
    }
    assertThat(stack.originGets("smuggled")).isZero();
  }

  private static String nextAnswer(RawHttp http) throws IOException {
    try {
      return http.isEndedByPeer() ? "connection ended" : http.finalResponse().text();
    } catch (SocketException reset) {
      return "connection ended";
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 500_000})
  void put_chunkedOverTheLimit(int excess) throws IOException {
    String etag = api.given("chunked-over", "old");
    RawResponse answer = putChunked("chunked-over", new byte[BODY_BYTES_MAX + excess], 100_000);
    problem(answer, 413);
    assertUnchanged("chunked-over", "old", etag);
  }

  @Test
  void put_refusedForSeveralNames_leavesNoTrace() throws IOException {
    var names = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      names.add("refused" + i);
    }
    for (String name : names) {
      problem(putChunked(name, new byte[BODY_BYTES_MAX + 1], 200_000), 413);
      problem(api.put(name, "x", "If-Match: *"), 412);
      problem(api.put(name, "x", "Content-Range: bytes 0-0/1"), 400);
    }
    for (String name : names) {
      assertThat(api.get(name).status()).isEqualTo(404);
      assertThat(stack.originDir().resolve(name)).doesNotExist();
    }
    stack.awaitNothingIncoming();
  }

  private static RawResponse putChunked(String name, byte[] body, int chunkBytes)
      throws IOException {
    try (RawHttp http = api.connect()) {
      http.request("PUT", PATH + name, "Transfer-Encoding: chunked");
      for (int at = 0; at < body.length; at += chunkBytes) {
        http.chunk(Arrays.copyOfRange(body, at, Math.min(body.length, at + chunkBytes)));
      }
      return http.lastChunk().finalResponse();
    }
  }

  private static void assertUnchanged(String name, String content, String etag) throws IOException {
    RawResponse read = api.get(name);
    assertThat(read.text()).isEqualTo(content);
    assertThat(only(read, "ETag")).isEqualTo(etag);
    assertThat(stack.originDir().resolve(name)).hasBinaryContent(content.getBytes(UTF_8));
    stack.awaitNothingIncoming();
  }
}
