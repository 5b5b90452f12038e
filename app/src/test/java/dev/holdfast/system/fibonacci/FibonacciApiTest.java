package dev.holdfast.system.fibonacci;

import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Fibonacci service, through nginx and at its sidecar. */
@ParameterizedClass
@EnumSource(Front.class)
final class FibonacciApiTest {
  private static final String READ = "GET, HEAD, OPTIONS";
  private static final String ADVANCE = "GET, OPTIONS, POST";

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup());
    api = front.api(stack);
    assertThat(body("GET", "/current")).isEqualTo("{\"current\": 0}");
    assertThat(body("GET", "/previous")).isEqualTo("{\"previous\": 0}");
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void next_advancesByOne(String method) throws IOException {
    for (int i = 0; i < 5; i++) {
      String previous = number(body("GET", "/previous"));
      String current = number(body("GET", "/current"));
      String next = number(body(method, "/next"));
      boolean atStart = current.equals("0");
      assertThat(Long.parseLong(next))
          .isEqualTo(atStart ? 1 : Long.parseLong(previous) + Long.parseLong(current));
      assertThat(body("GET", "/current")).isEqualTo("{\"current\": " + next + "}");
      assertThat(body("GET", "/previous")).isEqualTo("{\"previous\": " + current + "}");
    }
  }

  @Test
  void health() throws IOException {
    assertThat(body("GET", "/health")).isEqualTo("{\"status\": \"healthy\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/current", "/previous"})
  void head_isAsGetWithoutItsBody(String path) throws IOException {
    RawResponse get = api.ask("GET", path);
    RawResponse head = api.ask("HEAD", path);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String header : new String[] {"Content-Type", "Content-Length", "Cache-Control"}) {
      assertThat(only(head, header)).isEqualTo(only(get, header));
    }
  }

  /** The owner looks at conditions, so it is asked; nginx answers the other one alone. */
  @ParameterizedTest
  @CsvSource({"GET, /current", "HEAD, /current", "GET, /previous?x", "HEAD, /previous"})
  void read_hasTheSameHeaders_whoeverSendsIt(String method, String target) throws IOException {
    RawResponse plain = api.ask(method, target);
    for (String condition :
        new String[] {
          "If-None-Match: *",
          "If-Match: \"x\"",
          "If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT",
          "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
          "Range: bytes=0-1",
          "Range: bytes=x",
          "X-Nothing: 1"
        }) {
      RawResponse answer = api.ask(method, target, condition);
      assertThat(answer.status()).as(condition).isEqualTo(200);
      assertThat(answer.body()).as(condition).isEqualTo(plain.body());
      for (String header :
          new String[] {
            "Content-Type",
            "Content-Length",
            "Cache-Control",
            "ETag",
            "Last-Modified",
            "Accept-Ranges",
            "X-Content-Type-Options",
            "X-Request-Id",
            "Vary",
            "Expires"
          }) {
        assertThat(answer.headers(header)).as(condition).isEqualTo(plain.headers(header));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, /next",
    "PUT, /next",
    "DELETE, /next",
    "PATCH, /next",
    "TRACE, /next",
    "PROPFIND, /next",
    "POST, /current",
    "PUT, /current",
    "DELETE, /previous",
    "TRACE, /previous",
  })
  void otherMethods_changeNothing(String method, String path) throws IOException {
    String before = body("GET", "/current");
    RawResponse answer = api.ask(method, path, "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(only(answer, "Allow")).isEqualTo(path.equals("/next") ? ADVANCE : READ);
    if (!method.equals("HEAD")) {
      problem(answer, 405);
    }
    assertThat(body("GET", "/current")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "/next, " + "'" + ADVANCE + "'",
    "/current, '" + READ + "'",
    "/health, '" + READ + "'"
  })
  void options_sayWhatThereIs(String path, String allow) throws IOException {
    if (path.equals("/health") && front == Front.SIDECAR) {
      return; // this is the sidecar's own path, which the chassis answers
    }
    String before = body("GET", "/current");
    RawResponse answer = api.ask("OPTIONS", path);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(only(answer, "Allow")).isEqualTo(allow);
    assertThat(body("GET", "/current")).isEqualTo(before);
  }

  @Test
  void methodOverride_isNotHeeded() throws IOException {
    String before = body("GET", "/current");
    RawResponse answer = api.ask("HEAD", "/next", "X-HTTP-Method-Override: GET");
    assertThat(answer.status()).isEqualTo(405);
    answer = api.ask("PUT", "/next", "X-HTTP-Method-Override: POST", "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(body("GET", "/current")).isEqualTo(before);
    answer = api.ask("GET", "/current", "X-HTTP-Method-Override: POST");
    assertThat(answer.text()).isEqualTo(before);
  }

  /** nginx normalises a path to find its location. Only the plain spelling may advance. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/next/", "/Next", "//next", "/x/../next", "/./next", "/next;a", "/fibonacci"})
  void otherSpellings_changeNothing(String target) throws IOException {
    String before = body("GET", "/current");
    RawResponse answer = api.ask("GET", target);
    assertThat(answer.status()).as("%s", answer).isBetween(400, 499);
    assertThat(body("GET", "/current")).isEqualTo(before);
  }

  @Test
  void query_saysNothing() throws IOException {
    String before = body("GET", "/current");
    assertThat(body("GET", "/current?x=/next")).isEqualTo(before);
    assertThat(number(body("GET", "/next?x"))).isEqualTo(number(body("GET", "/current")));
  }

  /** A request that announces a body counts only when the body is there. */
  @Test
  void next_withABody() throws IOException {
    String before = body("GET", "/current");
    try (RawHttp http = api.connect()) {
      http.request("POST", "/next", "Content-Length: 5").text("123");
      http.reset();
    }
    try (RawHttp http = api.connect()) {
      http.request("POST", "/next", "Content-Length: 1000000").bytes(new byte[1_000_000]);
      problem(http.finalResponse(), 413);
    }
    assertThat(body("GET", "/current")).isEqualTo(before);
    try (RawHttp http = api.connect()) {
      http.request("POST", "/next", "Content-Length: 5").text("12345");
      assertThat(http.finalResponse().status()).isEqualTo(200);
      http.request("POST", "/next", "Transfer-Encoding: chunked");
      http.chunk(new byte[10]).lastChunk();
      assertThat(http.finalResponse().status()).isEqualTo(200);
    }
  }

  @Test
  void conditionsAndRanges_areNotForThis() throws IOException {
    String before = body("GET", "/current");
    RawResponse answer =
        api.ask("GET", "/current", "Range: bytes=0-1", "If-None-Match: *", "If-Match: \"x\"");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(before);
  }

  @Test
  void otherSidecars_refuse() throws IOException {
    if (front == Front.SIDECAR) {
      return; // there is no other one
    }
    int owners = 0;
    for (int i = 0; i < 3; i++) {
      var sidecar = new Api(stack.sidecar(i));
      RawResponse answer = sidecar.ask("GET", "/current");
      if (answer.status() == 200) {
        owners++;
        assertThat(Path.of(stack.own(i, "fibonacci").toString())).isNotEmptyDirectory();
      } else {
        problem(answer, 421);
        problem(sidecar.ask("GET", "/next"), 421);
        problem(sidecar.ask("GET", "/fibonacci/health"), 421);
        assertThat(sidecar.ask("GET", "/health").status()).isEqualTo(200);
      }
    }
    assertThat(owners).isEqualTo(1);
  }

  private static String body(String method, String target) throws IOException {
    RawResponse answer = api.ask(method, target);
    assertThat(answer.status()).as("%s %s", method, target).isEqualTo(200);
    assertThat(only(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(only(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(only(answer, "Content-Length")).isEqualTo("" + answer.body().length);
    return answer.text();
  }

  private static String number(String body) {
    return body.replaceAll("[^0-9]", "");
  }
}
