package dev.holdfast.system.api;

import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields of requests and answers, for files, blobs and actions, whoever answers. */
final class FieldsTest {
  private static final String TEXT = "0123456789";

  @TempDir Path directory;
  private CasFixture f;
  private String digest;

  /** The targets with the same text: a file, a blob, an action. */
  private List<String> targets;

  @BeforeEach
  void start() throws Exception {
    f = CasFixture.start(directory);
    digest = sha256(bytes(TEXT));
    targets = List.of(Api.PATH + "file", "/cas/" + digest, "/ac/" + digest);
    for (String target : targets) {
      assertThat(f.send("PUT", target, bytes(TEXT)).status()).isEqualTo(201);
    }
  }

  @AfterEach
  void stop() {
    f.close();
  }

  /**
   * RFC 9110, 8.6: the length in a 304 is that of the file, or there is none. A cache takes it for
   * the length of its copy.
   */
  @ParameterizedTest
  @ValueSource(strings = {"Accept-Encoding: identity", "Accept-Encoding: zstd", "Range: bytes=0-3"})
  void notModified_hasNoLengthButTheTrueOne(String header) throws Exception {
    for (String target : targets) {
      for (Api api : List.of(f.front(), sidecar(target))) {
        for (String method : List.of("GET", "HEAD")) {
          String etag = only(api.ask("GET", target, header), "ETag");
          RawResponse answer = api.ask(method, target, header, "If-None-Match: " + etag);
          assertThat(answer.status()).as("%s %s", method, target).isEqualTo(304);
          assertThat(answer.headers("Content-Length")).isSubsetOf("10");
          assertThat(answer.headers("Transfer-Encoding")).isEmpty();
          assertThat(only(answer, "ETag")).isEqualTo(etag);
          assertThat(answer.body()).isEmpty();
        }
      }
    }
  }

  /** RFC 9110, 8.6. */
  @Test
  void noContent_hasNoLength() throws Exception {
    for (String target : List.of(Api.PATH + "file", "/cas/" + digest, "/ac/" + digest, "/cas")) {
      for (Api api : List.of(f.front(), f.sidecar(0))) {
        RawResponse answer = api.ask("OPTIONS", target);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers("Content-Length")).as(target).isEmpty();
      }
    }
  }

  /** RFC 9110, 5.3: several lines of a list are one list. nginx refuses them, and says so. */
  @Test
  void conditionsInTwoLines_areOneList() throws Exception {
    for (String target : targets) {
      Api owner = sidecar(target);
      String etag = only(owner.ask("GET", target), "ETag");
      for (String[] lines : new String[][] {{"\"a\"", etag}, {etag, "\"a\""}}) {
        String[] none = {"If-None-Match: " + lines[0], "If-None-Match: " + lines[1]};
        String[] match = {"If-Match: " + lines[0], "If-Match: " + lines[1]};
        assertThat(owner.ask("GET", target, none).status()).as(target).isEqualTo(304);
        assertThat(owner.ask("GET", target, match).status()).isEqualTo(200);
        for (String[] headers : new String[][] {none, match}) {
          assertThat(problem(f.front().ask("GET", target, headers), 400)).contains("in one line");
          assertThat(problem(f.send("PUT", target, bytes(TEXT), headers), 400))
              .contains("in one line");
        }
      }
      String[] others = {"If-Match: \"a\"", "If-Match: \"b\""};
      problem(owner.ask("GET", target, others), 412);
      assertThat(owner.ask("GET", target, "If-None-Match: \"a\"", "If-None-Match: \"b\"").status())
          .isEqualTo(200);
    }
    String file = targets.getFirst();
    String etag = only(sidecar(file).ask("GET", file), "ETag");
    RawResponse refused =
        CasFixture.send(
            sidecar(file),
            "PUT",
            file,
            bytes("new"),
            "If-None-Match: \"a\"",
            "If-None-Match: " + etag);
    problem(refused, 412);
    RawResponse put =
        CasFixture.send(
            sidecar(file), "PUT", file, bytes("new"), "If-Match: \"a\"", "If-Match: " + etag);
    assertThat(put.status()).isEqualTo(201);
    assertThat(f.front().ask("GET", file).text()).isEqualTo("new");
  }

  /** RFC 9110, 5.6.1.2. */
  @ParameterizedTest
  @ValueSource(strings = {"%s,", ",%s", "\"a\" , , %s", ", \"a\",,%s ,"})
  void emptyElementsOfConditions_arePassedOver(String tags) throws Exception {
    for (String target : targets) {
      for (Api api : List.of(f.front(), sidecar(target))) {
        String etag = only(api.ask("GET", target), "ETag");
        String list = tags.formatted(etag);
        assertThat(api.ask("GET", target, "If-None-Match: " + list).status()).isEqualTo(304);
        assertThat(api.ask("GET", target, "If-Match: " + list).status()).isEqualTo(200);
      }
    }
  }

  /** RFC 9110, 13.1.3: If-None-Match alone counts. Squid sends both when it revalidates. */
  @Test
  void ifNoneMatch_besideIfModifiedSince_alone_counts() throws Exception {
    String date = "If-Modified-Since: Sun, 22 Nov 2037 11:52:31 GMT";
    for (String target : targets) {
      for (Api api : List.of(f.front(), sidecar(target))) {
        String etag = only(api.ask("GET", target), "ETag");
        assertThat(api.ask("GET", target, date, "If-None-Match: " + etag).status())
            .as(target)
            .isEqualTo(304);
        RawResponse other = api.ask("GET", target, date, "If-None-Match: \"else\"");
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.text()).isEqualTo(TEXT);
        assertThat(api.ask("GET", target, date).status()).isEqualTo(200);
      }
    }
  }

  /** A header that nginx finds malformed says nothing about the digest of the target. */
  @Test
  void malformedHeader_isNotBlamedOnTheDigest() throws Exception {
    for (String target : targets) {
      String[] headers = {"Content-Length: 1", "Content-Length: 2"};
      assertThat(problem(f.front().ask("GET", target, headers), 400))
          .contains("header")
          .doesNotContain("hex digits");
    }
  }

  private Api sidecar(String target) {
    String name = target.substring(1).replace("api/fileserver/", "").replace('/', '-');
    return f.sidecar(ProcessStack.ownerOf(f.ring(), name));
  }
}
