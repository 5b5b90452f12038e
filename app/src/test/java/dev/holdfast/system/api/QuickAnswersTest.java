package dev.holdfast.system.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.SidecarFixture;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer without a thread of its own is the same as the route's. */
final class QuickAnswersTest {
  private static final String ACCEL = "X-Holdfast-Accel: /_published/";

  /** A header that sends a GET to its route: it announces a body, though an empty one. */
  private static final String TO_THE_ROUTE = "Content-Length: 0";

  @TempDir static Path directory;
  private static SidecarFixture sidecar;

  @BeforeAll
  static void start() throws Exception {
    sidecar = SidecarFixture.start(directory);
    for (String name : List.of("plain", "a%20name", "a/b")) {
      sidecar.api().given(name, name);
    }
    assertThat(sidecar.api().delete("gone").status()).isEqualTo(200);
    for (int i = 0; i < 10; i++) {
      assertThat(sidecar.api().ask("GET", "/next").status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() {
    sidecar.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/current",
        "/previous",
        "/current?any",
        "/api/fileserver/plain",
        "/api/fileserver/plain?any",
        "/api/fileserver/a%20name",
        "/api/fileserver/a/b",
        "/api/fileserver/a%2Fb",
        "/api/fileserver/gone",
        "/api/fileserver/",
        "/api/fileserver/%zz",
        "/api/fileserver/a/./b",
        "/api/fileserver/../current",
      })
  void answer_isThatOfTheRoute(String target) throws IOException {
    RawResponse quick = ask(target);
    RawResponse route = ask(target, TO_THE_ROUTE);
    assertAlike(quick, route);
    assertThat(headers(quick)).hasSizeGreaterThan(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "put?any", "a%20put", "a/put"})
  void write_isAnsweredAsByTheRoute(String name) throws IOException {
    RawResponse quick = write("PUT", name, "Content-Length: 4");
    RawResponse route = write("PUT", name, "Content-Length: 4", "Expect: 100-continue");
    assertAlike(quick, route);
    assertAlike(write("DELETE", name), write("DELETE", name, TO_THE_ROUTE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%zz",
        "a/./b",
        "cas-0000000000000000000000000000000000000000000000000000000000000000"
      })
  void refusal_ofADelete_isThatOfTheRoute(String name) throws IOException {
    RawResponse quick = write("DELETE", name);
    assertAlike(quick, write("DELETE", name, TO_THE_ROUTE));
    assertThat(quick.status()).isIn(400, 405);
    assertThat(quick.text()).contains("nothing was changed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-None-Match: *", "If-Match: \"other\"", "Content-Range: bytes 0-3/4"})
  void write_withACondition_isLeftToTheRoute(String header) throws IOException {
    assertThat(sidecar.api().put("conditional", "old").status()).isEqualTo(201);
    assertThat(write("PUT", "conditional", "Content-Length: 4", header).status()).isIn(400, 412);
    assertThat(sidecar.api().get("conditional").text()).isEqualTo("old");
  }

  @Test
  void next_isNotAdvanced_byAPutOrDelete() throws IOException {
    String before = ask("/current").text();
    for (String target : List.of("/next", "/current", "/previous")) {
      assertThat(sidecar.api().ask("DELETE", target).status()).isEqualTo(405);
      assertThat(sidecar.api().ask("PUT", target, TO_THE_ROUTE).status()).isEqualTo(405);
    }
    assertThat(ask("/current").text()).isEqualTo(before);
  }

  @Test
  void next_advancesByOne_eitherWay() throws IOException {
    String current = ask("/current").text();
    String previous = ask("/previous").text();
    long sum = number(current) + number(previous);
    assertThat(number(ask("/next").text())).isEqualTo(sum);
    assertThat(number(ask("/next", TO_THE_ROUTE).text())).isEqualTo(sum + number(current));
  }

  @Test
  void file_thatNginxCannotSend_isSentByTheRoute() throws IOException {
    RawResponse answer =
        ask("/api/fileserver/plain", "If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT");
    assertThat(answer.text()).isEqualTo("plain");
    assertThat(sidecar.api().get("plain").text()).isEqualTo("plain");
  }

  private static void assertAlike(RawResponse quick, RawResponse route) {
    assertThat(quick.status()).isEqualTo(route.status());
    assertThat(quick.text()).isEqualTo(route.text());
    assertThat(headers(quick)).isEqualTo(headers(route));
  }

  private static RawResponse write(String method, String name, String... headers)
      throws IOException {
    try (RawHttp http = sidecar.api().connect()) {
      http.request(method, Api.PATH + name, headers);
      if (method.equals("PUT")) {
        http.text("body");
      }
      return http.finalResponse();
    }
  }

  private static RawResponse ask(String target, String... more) throws IOException {
    String[] lines = Arrays.copyOf(more, more.length + 2);
    lines[more.length] = ACCEL;
    lines[more.length + 1] = "X-Request-Id: an-id";
    return sidecar.api().ask("GET", target, lines);
  }

  private static long number(String body) {
    return Long.parseLong(body.replaceAll("[^0-9]", ""));
  }

  /** Returns the headers in the order of their names, since their order means nothing. */
  private static List<String> headers(RawResponse answer) {
    return answer.headers().stream()
        .filter(header -> !header.name().equalsIgnoreCase("Date"))
        .map(header -> header.name().toLowerCase(Locale.ROOT) + ": " + header.value())
        .sorted()
        .toList();
  }
}
