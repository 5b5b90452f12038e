package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.metrics.Scrape;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuickHandlerTest {
  private static final byte[] QUICK = "quick".getBytes(StandardCharsets.US_ASCII);

  private static final FixedHeader FIXED = new FixedHeader("X-Fixed", "the same");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Scrape scrape = new Scrape();
  private final BlockingQueue<QuickRequest> later = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private HttpService service;

  @BeforeEach
  void start() throws IOException {
    service =
        HttpService.start(
            "127.0.0.1",
            0,
            HttpLimits.DEFAULT,
            () -> true,
            scrape,
            this::take,
            routes -> {
              routes.get("/quick", ctx -> ctx.result("route"));
              routes.post("/quick", ctx -> ctx.result("route"));
              routes.patch("/quick", ctx -> ctx.result("route"));
              routes.post("/echo", QuickHandlerTest::answerRead);
              routes.get("/noted", QuickHandlerTest::answerNoted);
              routes.put("/echo", ctx -> ctx.result("route"));
              routes.delete("/body", QuickHandlerTest::answerRead);
              routes.head("/quick", ctx -> ctx.header("Answered-By", "route"));
            });
  }

  private boolean take(QuickRequest request) {
    switch (request.path()) {
      case "/quick" -> {
        if (request.header("X-No").isPresent()) {
          return false;
        }
        request.with("X-More", "more").with(FIXED).notStored().answer("text/plain", QUICK);
      }
      case "/problem" -> request.answer(Problem.unavailable("not now", 7));
      case "/write" -> {
        request.onEnd(() -> ended.add(request.path()));
        request.write().answer(Problem.of(409, "not so"));
      }
      case "/later" -> later.add(request);
      case "/body" ->
          request.body(
              body ->
                  request.with("X-Method", request.method()).answer(body.length == 0 ? 204 : 200));
      case "/noted" -> {
        request.header("X-Note").ifPresent(note -> request.note(String.class, note));
        return false;
      }
      case "/echo" -> request.body(body -> request.answer("text/plain", body));
      case "/broken" -> throw new IllegalStateException("secret");
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Reads the body first: a client may lose the answer if the server closes with bytes unread. */
  private static void answerRead(Context ctx) throws IOException {
    ctx.bodyInputStream().transferTo(OutputStream.nullOutputStream());
    ctx.result("route");
  }

  private static void answerNoted(Context ctx) {
    Exchange.of(ctx).with(FIXED);
    ctx.result(Exchange.of(ctx).noted(String.class).orElse("nothing"));
  }

  @AfterEach
  void stop() {
    client.close(); // first: a service waits for connections that are open
    service.close();
  }

  @Test
  void request_thatIsTaken_isAnsweredAtOnce_andCounted() throws Exception {
    HttpResponse<String> answer = send(request("/quick?any=1"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("quick");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain");
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("5");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(answer.headers().firstValue("X-More")).hasValue("more");
    assertThat(answer.headers().allValues("X-Fixed")).containsExactly("the same");
    Await.until(
        "it is counted",
        () ->
            scrape
                .text()
                .lines()
                .anyMatch(
                    line ->
                        line.startsWith("holdfast_http_requests_seconds_count{")
                            && line.contains("method=\"GET\"")
                            && line.endsWith("} 1")));
  }

  @ParameterizedTest
  @CsvSource({"GET, X-No: 1", "POST, X-No: 1", "PATCH, ''", "GET, body"})
  void request_thatIsNotTaken_orNoBareGet_goesToItsRoute(String method, String more)
      throws Exception {
    var body = more.equals("body") ? BodyPublishers.ofString("body") : BodyPublishers.noBody();
    HttpRequest.Builder request = request("/quick").method(method, body);
    if (more.startsWith("X-No")) {
      request.header("X-No", "1");
    }
    assertThat(send(request).body()).isEqualTo("route");
  }

  /** As some clients do, who say the length of each body. */
  @Test
  void get_thatSaysThatItHasNoBody_isAnsweredAtOnce() throws Exception {
    try (RawHttp http = connect()) {
      http.request("GET", "/quick", "Content-Length: 0");
      assertThat(http.response().text()).isEqualTo("quick");
      http.request("GET", "/quick", "Content-Length: 0");
      assertThat(http.finalResponse().text()).isEqualTo("quick");
    }
  }

  /** A note belongs to its request: the next one of the connection must not be answered by it. */
  @Test
  void note_goesToTheRoute_ofItsRequestAlone() throws Exception {
    try (RawHttp http = connect()) {
      http.request("GET", "/noted", "X-Note: of the first");
      assertThat(http.response().text()).isEqualTo("of the first");
      http.request("GET", "/noted");
      RawResponse second = http.response();
      assertThat(second.text()).isEqualTo("nothing");
      assertThat(second.headers("X-Fixed")).containsExactly("the same");
      http.request("GET", "/noted", "X-Note: of the third");
      assertThat(http.finalResponse().text()).isEqualTo("of the third");
    }
  }

  @Test
  void body_isReadWhole_howeverItComes() throws Exception {
    try (RawHttp http = connect()) {
      http.request("PUT", "/echo", "Content-Length: 10").text("one ");
      assertThat(send(request("/quick")).body()).isEqualTo("quick"); // nobody waits for the rest
      http.text("two").text("all");
      assertThat(http.response().text()).isEqualTo("one twoall");
      http.request("PUT", "/echo", "Content-Length: 2").text("ab");
      assertThat(http.response().text()).isEqualTo("ab");
      http.request("PUT", "/body", "Content-Length: 0");
      assertThat(http.response().status()).isEqualTo(204);
      http.request("DELETE", "/body");
      RawResponse answer = http.finalResponse();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.headers("X-Method")).containsExactly("DELETE");
    }
  }

  @Test
  void longestBody_isTaken_andALongerOneGoesToItsRoute() throws Exception {
    String longest = "x".repeat(QuickAnswers.BODY_BYTES_MAX);
    assertThat(send(request("/echo").PUT(BodyPublishers.ofString(longest))).body())
        .isEqualTo(longest);
    assertThat(send(request("/echo").PUT(BodyPublishers.ofString(longest + "x"))).body())
        .isEqualTo("route");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Transfer-Encoding: chunked", "Content-Length: 0\r\nExpect: 100-continue"})
  void body_thatIsNotJustThere_goesToItsRoute(String header) throws Exception {
    try (RawHttp http = connect()) {
      http.request("PUT", "/echo", header.split("\r\n"));
      if (header.endsWith("chunked")) {
        http.lastChunk();
      }
      assertThat(http.finalResponse().text()).isEqualTo("route");
    }
  }

  @Test
  void post_isTaken_withABodyOrWithout_andALongerOneGoesToItsRoute() throws Exception {
    String longest = "x".repeat(QuickAnswers.POST_BYTES_MAX);
    assertThat(send(request("/echo").POST(BodyPublishers.ofString(longest))).body())
        .isEqualTo(longest);
    assertThat(send(request("/echo").POST(BodyPublishers.ofString(longest + "x"))).body())
        .isEqualTo("route");
    try (RawHttp http = connect()) {
      assertThat(http.request("POST", "/body").response().status()).isEqualTo(204);
      http.request("POST", "/echo", "Transfer-Encoding: chunked").lastChunk();
      assertThat(http.finalResponse().text()).isEqualTo("route");
    }
  }

  @Test
  void write_namesItsEffect_andItsEndIsHeard() throws Exception {
    assertThat(send(request("/write").POST(BodyPublishers.ofString("x"))).body())
        .contains("not so; nothing was changed");
    assertThat(ended.take()).isEqualTo("/write");
  }

  @Test
  void delete_withABody_goesToItsRoute() throws Exception {
    assertThat(send(request("/body").method("DELETE", BodyPublishers.ofString("x"))).body())
        .isEqualTo("route");
  }

  @Test
  void body_thatBreaksOff_isRefused() throws Exception {
    try (RawHttp http = connect()) {
      http.request("PUT", "/echo", "Content-Length: 10").text("one").finish();
      RawResponse answer = http.finalResponse();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("ended before its announced length");
      assertThat(answer.headers("Connection")).containsExactly("close");
    }
    assertThat(send(request("/quick")).body()).isEqualTo("quick");
  }

  @Test
  void head_goesToItsRoute() throws Exception {
    HttpResponse<String> answer = send(request("/quick").HEAD());
    assertThat(answer.headers().firstValue("Answered-By")).hasValue("route");
  }

  @Test
  void methodOverride_isNotHeeded() throws Exception {
    assertThat(send(request("/quick").header("X-HTTP-Method-Override", "POST")).body())
        .isEqualTo("quick");
  }

  @Test
  void problem_isAsOfARoute() throws Exception {
    HttpResponse<String> answer = send(request("/problem").header("X-Request-Id", "an-id"));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("an-id");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.body()).contains("not now");
  }

  @Test
  void exception_isAProblem_thatTellsNothingOfTheInside() throws Exception {
    HttpResponse<String> answer = send(request("/broken"));
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void close_letsATakenRequestEnd() throws Exception {
    var answer = client.sendAsync(request("/later").build(), BodyHandlers.ofString());
    QuickRequest taken = later.take();
    var closing = new CountDownLatch(1);
    Thread closer =
        Thread.startVirtualThread(
            () -> {
              closing.countDown();
              service.close();
            });
    closing.await();
    taken.answer("text/plain", QUICK);
    assertThat(answer.join().body()).isEqualTo("quick");
    closer.join();
  }

  /** A request that waits for its answer keeps no other from being read. */
  @Test
  void requests_areReadWhileOneIsNotAnsweredYet() throws Exception {
    var answer = client.sendAsync(request("/later").build(), BodyHandlers.ofString());
    QuickRequest taken = later.take();
    assertThat(send(request("/quick")).body()).isEqualTo("quick");
    assertThat(send(request("/quick").header("X-No", "1")).body()).isEqualTo("route");
    assertThat(answer).isNotDone();
    taken.answer("text/plain", QUICK);
    assertThat(answer.join().body()).isEqualTo("quick");
  }

  private RawHttp connect() throws IOException {
    return RawHttp.connect(URI.create("http://127.0.0.1:" + service.port()), Patience.STEP);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
