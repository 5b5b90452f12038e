package dev.holdfast.system.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.system.Api;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** nginx answers for a name that is known absent, once it has been asked for often enough. */
final class KnownAbsentTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DIGEST =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String LARGE = "0123456789".repeat(10_000);

  private StackFixture stack;
  private Api front;

  @BeforeEach
  void start() throws Exception {
    stack = StackFixture.start(StackFixture.Setup.DEFAULT.withPairs(1).withMode(Mode.BEHIND));
    front = new Api(stack.nginx());
  }

  @AfterEach
  void stop() throws Exception {
    stack.closeChecked();
  }

  private boolean isLinked(String stored) {
    return Files.isSymbolicLink(place(stored));
  }

  private Path place(String stored) {
    return stack.published().resolve(stored);
  }

  /**
   * From the origin, from the sidecar, which may link it when it is asked again, and from nginx.
   */
  private List<RawResponse> askFourTimes(String method, String target, String stored)
      throws IOException {
    var answers = new ArrayList<RawResponse>();
    for (int i = 0; i < 3; i++) {
      assertThat(isLinked(stored)).isFalse();
      answers.add(front.ask(method, target));
    }
    assertThat(isLinked(stored)).isTrue();
    answers.add(front.ask(method, target));
    return answers;
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/fileserver/plain, plain",
    "HEAD, /api/fileserver/plain, plain",
    "GET, /api/fileserver/plain?query, plain",
    "GET, /api/fileserver/a%20name, ~a~20name",
    "GET, /cas/" + DIGEST + ", cas-" + DIGEST,
    "HEAD, /cas/" + DIGEST + ", cas-" + DIGEST,
    "GET, /ac/" + DIGEST + ", ac-" + DIGEST,
  })
  void all_answerTheSame(String method, String target, String stored) throws Exception {
    List<RawResponse> answers = askFourTimes(method, target, stored);
    RawResponse bySidecar = answers.get(1);
    for (RawResponse answer : answers) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.text()).isEqualTo(bySidecar.text());
      for (String header :
          List.of(
              "Content-Type",
              "Content-Length",
              "Cache-Control",
              "X-Content-Type-Options",
              "Vary",
              "ETag",
              "Last-Modified",
              "Accept-Ranges",
              "Retry-After",
              "Connection")) {
        assertThat(answer.headers(header)).as(header).isEqualTo(bySidecar.headers(header));
      }
      assertThat(answer.headers("X-Request-Id")).hasSameSizeAs(bySidecar.headers("X-Request-Id"));
    }
    stack.stopParts();
    assertThat(servedBy()).containsExactly("origin", "sidecar", "sidecar", "nginx");
  }

  private List<String> servedBy() throws IOException {
    var served = new ArrayList<String>();
    for (String line : Files.readAllLines(stack.accessLog())) {
      JsonNode request = JSON.readTree(line);
      served.add(request.path("served_by").asText());
    }
    return served;
  }

  @Test
  void writes_areShownAtOnce() throws Exception {
    for (String body : new String[] {"small", LARGE, "", LARGE}) {
      for (int i = 0; i < 4; i++) {
        assertThat(front.get("a").status()).isEqualTo(404);
      }
      assertThat(isLinked("a")).isTrue();
      front.given("a", body);
      assertThat(front.get("a").text()).isEqualTo(body);
      assertThat(front.delete("a").status()).isEqualTo(200);
      assertThat(front.get("a").status()).isEqualTo(404);
    }
  }

  /** What nginx leaves to the sidecar is not told of the link, and knows better. */
  @Test
  void requestsThatAreNotForNginx_areAnsweredByTheSidecar() throws Exception {
    askFourTimes("GET", "/api/fileserver/a", "a");
    assertThat(front.get("a", "Range: bytes=0-0,5-6,odd").status()).isEqualTo(404);
    assertThat(front.put("a", "x", "If-Match: *").status()).isEqualTo(412);
    assertThat(isLinked("a")).isTrue();
    assertThat(front.put("a", "x", "If-None-Match: *").status()).isEqualTo(201);
    assertThat(front.get("a").text()).isEqualTo("x");
  }

  /** Nobody could take the link away any more if somebody else wrote the file to the origin. */
  @Test
  void stoppedSidecar_leavesNoLink() throws Exception {
    askFourTimes("GET", "/api/fileserver/a", "a");
    stack.stopSidecar(0);
    assertThat(Files.exists(place("a"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    Await.until("nginx does not answer alone", () -> front.get("a").status() == 503);
  }
}
