package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.nginx.NginxConfig;
import dev.holdfast.nginx.NginxProcess;
import dev.holdfast.system.Api;
import dev.holdfast.system.StackFixture;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name has one sidecar, and no other takes it over. */
final class ApiOwnersTest {
  private static final int PAIRS = 3;
  private static final int DOWN = 1;

  private StackFixture stack;
  private Api front;

  @BeforeEach
  void start() throws Exception {
    stack = StackFixture.start(StackFixture.Setup.DEFAULT.withPairs(PAIRS));
    front = new Api(stack.nginx());
  }

  @AfterEach
  void stop() throws IOException {
    stack.closeChecked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "sp%20ace", "a%2Fb", "%C3%A9", "%FF"})
  void aSidecarRefusesANameOfAnother(String prefix) throws IOException {
    for (int owner = 0; owner < PAIRS; owner++) {
      String name = stack.nameOf(owner, prefix);
      String etag = front.given(name, "content");
      for (int asked = 0; asked < PAIRS; asked++) {
        Api direct = new Api(stack.sidecar(asked));
        if (asked == owner) {
          assertThat(only(direct.get(name), "ETag")).isEqualTo(etag);
        } else {
          problem(direct.get(name), 421);
          problem(direct.put(name, "else"), 421);
          problem(direct.delete(name), 421);
          assertThat(direct.head(name).status()).isEqualTo(421);
        }
      }
      assertThat(only(front.get(name), "ETag")).isEqualTo(etag);
    }
    assertThat(stack.originRequests("PUT")).isEqualTo(PAIRS);
    assertThat(stack.originRequests("DELETE")).isZero();
  }

  /** nginx and the sidecar find the same owner for every spelling. */
  @Test
  void nginxAsksTheOwner() throws IOException {
    var spellings =
        List.of(
            "n%d",
            "%%6E%d",
            "a/b%d",
            "a%%2Fb%d",
            "sp%%20%d",
            "%%C3%%A9%d",
            "%%ff%d",
            "~%d",
            "//%d",
            "%d//",
            ";%d",
            "+%d",
            ".h%d",
            "%%25%d",
            "%%0A%d",
            "%%3F%%23%d",
            "%d?q=%%");
    for (String spelling : spellings) {
      for (int i = 0; i < 10; i++) {
        String name = spelling.formatted(i);
        // It would be 421 if nginx took another sidecar for the owner.
        assertThat(front.get(name).status()).as(name).isEqualTo(404);
      }
    }
  }

  @Test
  void oneSidecarDown() throws IOException {
    String published = stack.nameOf(DOWN, "published");
    String encoded = stack.nameOf(DOWN, "not%20plain");
    String otherSpelling = stack.nameOf(DOWN, "1+2+3+4+5+6+7+8+9+10+11+12+13+14");
    String unseen = stack.nameOf(DOWN, "unseen");
    String ofAnother = stack.nameOf(DOWN + 1, "another");
    String etag = front.given(published, "content");
    front.given(encoded, "content");
    front.given(otherSpelling, "content");
    Files.writeString(stack.originDir().resolve(unseen), "content");
    long putsBefore = stack.originRequests("PUT");

    stack.stopSidecar(DOWN);

    // nginx serves published files without the sidecar,
    for (int i = 0; i < 3; i++) {
      RawResponse read = front.get(published);
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.text()).isEqualTo("content");
      assertThat(only(read, "ETag")).isEqualTo(etag);
      assertThat(front.get(published, "Range: bytes=0-2").text()).isEqualTo("con");
      assertThat(front.get(encoded).text()).isEqualTo("content");
    }
    // and everything else of the sidecar has to wait for it.
    for (int i = 0; i < 20; i++) {
      assertUnavailable(front.get(stack.nameOf(DOWN, "more" + i + "-")));
    }
    assertUnavailable(front.get(otherSpelling));
    assertUnavailable(front.get(unseen));
    for (String name : List.of(published, encoded, otherSpelling, unseen)) {
      assertUnavailable(front.put(name, "new"));
      assertUnavailable(front.delete(name));
      assertUnavailable(front.ask("OPTIONS", PATH + name));
    }
    assertThat(front.get(published).text()).isEqualTo("content");
    assertThat(stack.originDir().resolve(published)).hasContent("content");
    assertThat(stack.originRequests("PUT")).isEqualTo(putsBefore);
    assertThat(stack.originRequests("DELETE")).isZero();
    assertThat(stack.originGets(unseen)).isZero();

    // The others go on.
    assertThat(front.put(ofAnother, "content").status()).isEqualTo(201);
    assertThat(front.get(ofAnother).text()).isEqualTo("content");
    assertThat(front.delete(ofAnother).status()).isEqualTo(200);

    assertNobodyElseWasAsked();
  }

  /**
   * This happens while the list of sidecars changes. "Ask through nginx" would not help: the client
   * did.
   */
  @Test
  void anNginxWithAnotherList_gets503_whereTheClientWouldGet421(@TempDir Path directory)
      throws Exception {
    Files.createDirectories(directory.resolve("published"));
    List<String> shorter =
        List.of(stack.sidecar(0).getAuthority(), stack.sidecar(1).getAuthority());
    var config =
        NginxFixture.config(directory, FreePorts.one(), shorter, NginxConfig.Limits.DEFAULT);
    try (var nginx =
        NginxProcess.start(NginxFixture.program(), directory.resolve("nginx"), config)) {
      Api asked = new Api(URI.create("http://127.0.0.1:" + nginx.port()));
      String target = "/cas/" + CasFixture.sha256(new byte[] {1});
      String name = stack.nameOf(2, "theirs");
      for (RawResponse answer :
          List.of(asked.get(name), asked.put(name, "content"), asked.delete(name))) {
        assertThat(problem(answer, 503)).contains("do not agree", "nothing was changed");
        assertThat(only(answer, "Retry-After")).isEqualTo("1");
      }
      assertThat(asked.ask("GET", target).status()).isNotEqualTo(421);
      assertThat(asked.ask("GET", "/current").status()).isNotEqualTo(421);
    }
    assertThat(stack.originRequests("PUT")).isZero();
  }

  /**
   * Checks that no other sidecar was asked: it would say 421, and nginx logs which sidecar has
   * answered.
   */
  private void assertNobodyElseWasAsked() throws IOException {
    stack.stopParts();
    var json = new ObjectMapper();
    int unavailable = 0;
    for (String line : Files.readAllLines(stack.accessLog())) {
      JsonNode request = json.readTree(line);
      assertThat(request.path("status").asInt()).as(line).isNotEqualTo(421);
      if (request.path("status").asInt() == 503) {
        unavailable++;
        assertThat(request.path("served_by").asText()).as(line).isEqualTo("nginx");
        // One time in the list: nginx tried one sidecar.
        assertThat(request.path("upstream_time_s").asText()).as(line).matches("[0-9.]+");
      }
    }
    assertThat(unavailable).isEqualTo(20 + 2 + 12);
  }

  private static void assertUnavailable(RawResponse answer) throws IOException {
    problem(answer, 503);
    assertThat(Integer.parseInt(only(answer, "Retry-After"))).isPositive();
  }
}
