package dev.holdfast.system.api;

import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.scoreboard.BoardConfig;
import dev.holdfast.scoreboard.LiveBoard;
import dev.holdfast.system.Api;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HEAD of pages that are not files: the answer is that of GET without its body (RFC 9110, 9.3.2).
 */
final class HeadOfPagesTest {
  private static final int VIEWERS_MAX = 1;

  private static StackFixture stack;
  private static LiveBoard board;

  @BeforeAll
  static void start() throws Exception {
    stack = StackFixture.start(StackFixture.Setup.DEFAULT.withPairs(1));
    board =
        LiveBoard.start(
            new BoardConfig(
                "127.0.0.1", 0, stack.accessLog(), List.of(), Optional.empty(), VIEWERS_MAX),
            InstantSource.system());
  }

  @AfterAll
  static void stop() throws IOException {
    board.close();
    stack.closeChecked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/metrics", "/status", "/fibonacci/health", "/current"})
  void pagesOfASidecar(String page) throws IOException {
    assertHeadIsAsGet(new Api(stack.sidecar(0)), page);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/current", "/previous"})
  void pagesBehindNginx(String page) throws IOException {
    assertHeadIsAsGet(new Api(stack.nginx()), page);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/board.css",
        "/shared.js",
        "/live.js",
        "/plot.js",
        "/plot.css",
        "/board",
        "/health",
        "/metrics"
      })
  void pagesOfTheScoreboard(String page) throws IOException {
    assertHeadIsAsGet(board(), page);
  }

  /** A stream has no end and no length. HEAD of it ends at once and does not count as a viewer. */
  @Test
  void streamOfTheScoreboard() throws IOException {
    try (RawHttp viewer = board().connect()) {
      RawResponse get = viewer.request("GET", "/events").responseHead();
      RawResponse head = board().ask("HEAD", "/events");
      assertThat(head.status()).isEqualTo(200);
      assertThat(only(head, "Content-Type")).isEqualTo(only(get, "Content-Type"));
      assertThat(head.headers("Content-Length")).isEmpty();
      assertThat(head.body()).isEmpty();
      problem(board().ask("GET", "/events"), 503); // the one viewer is there
    }
    assertAllowed(board(), "/events");
  }

  private static Api board() {
    return new Api(URI.create("http://127.0.0.1:" + board.port()));
  }

  private static void assertHeadIsAsGet(Api api, String page) throws IOException {
    RawResponse get = api.ask("GET", page);
    RawResponse head = api.ask("HEAD", page);
    assertThat(get.status()).isEqualTo(200);
    assertThat(head.status()).isEqualTo(200);
    assertThat(names(head)).isEqualTo(names(get));
    assertThat(head.headers("Content-Type")).isEqualTo(get.headers("Content-Type"));
    assertThat(Integer.parseInt(only(head, "Content-Length"))).isPositive();
    assertThat(head.body()).isEmpty();
    assertAllowed(api, page);
  }

  private static void assertAllowed(Api api, String page) throws IOException {
    RawResponse refused = api.ask("DELETE", page);
    problem(refused, 405);
    assertThat(List.of(only(refused, "Allow").split(", "))).contains("GET", "HEAD");
  }

  private static List<String> names(RawResponse answer) {
    return answer.headers().stream()
        .map(header -> header.name().toLowerCase(Locale.ROOT))
        .sorted()
        .toList();
  }
}
