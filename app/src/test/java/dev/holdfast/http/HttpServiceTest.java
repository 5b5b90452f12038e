package dev.holdfast.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EofException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HttpServiceTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final Scrape scrape = new Scrape();
  private HttpService service;

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
    }
    client.close();
  }

  @Test
  void health_saysWhetherTheServiceIsReady() throws Exception {
    start(HttpLimits.DEFAULT, _ -> {});
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/health").body()).isEqualTo("{\"status\": \"healthy\"}");
    ready.set(false);
    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/health").body()).isEqualTo("{\"status\": \"not ready\"}");
  }

  @Test
  void health_saysWhyTheServiceIsNotReady() throws Exception {
    Readiness troubled =
        new Readiness() {
          @Override
          public boolean isReady() {
            return false;
          }

          @Override
          public Optional<String> trouble() {
            return Optional.of("it has no \"list\"");
          }
        };
    service = HttpService.start("127.0.0.1", 0, HttpLimits.DEFAULT, troubled, scrape, _ -> {});

    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/health").body())
        .isEqualTo("{\"status\": \"not ready\", \"trouble\": \"it has no \\\"list\\\"\"}");
  }

  @Test
  void metrics_countEveryRequest_byMethodStatusAndOutcome() throws Exception {
    start(HttpLimits.DEFAULT, routes -> routes.get("/a", ctx -> ctx.status(204)));
    get("/a");
    get("/a");
    get("/b");
    send(request("/a").method("BREW", BodyPublishers.noBody()));
    awaitCounted("method=\"GET\",outcome=\"success\",status=\"204\"", 2);
    awaitCounted("method=\"GET\",outcome=\"client_error\",status=\"404\"", 1);
    awaitCounted("method=\"other\",outcome=\"client_error\",status=\"405\"", 1);
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(Scrape.CONTENT_TYPE);
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(answer.body())
        .contains("le=\"0.001\"} ")
        .contains("le=\"10.0\"} ")
        .contains("# TYPE holdfast_http_requests_seconds histogram\n");
  }

  /** Jetty finds this error itself. */
  @Test
  void metrics_countWhatNoHandlerSees() throws Exception {
    start(HttpLimits.DEFAULT, _ -> {});
    assertThat(send(request("/a").header("X-Long", "x".repeat(20_000)).GET()).statusCode())
        .isEqualTo(431);
    awaitCounted("outcome=\"client_error\",status=\"431\"", 1);
  }

  @Test
  void methodOverride_isNotSeen_byAnyHandler() throws Exception {
    start(
        HttpLimits.DEFAULT,
        routes -> {
          routes.get("/a", ctx -> ctx.result("GET"));
          routes.delete("/a", ctx -> ctx.result("DELETE"));
        });
    HttpResponse<String> answer =
        send(request("/a").header("X-HTTP-Method-Override", "DELETE").GET());
    assertThat(answer.body()).isEqualTo("GET");
  }

  @Test
  void problem_thatAHandlerThrows_isTheAnswer() throws Exception {
    start(
        HttpLimits.DEFAULT,
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  throw Problem.unavailable("say \"when\"", 7).asException();
                }));
    HttpResponse<String> answer = get("/a");
    assertProblem(answer, 503, "say \"when\"");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
  }

  /** The client would take the text of a problem for a part of the body. */
  @ParameterizedTest
  @MethodSource({"failures", "clientsThatLeft"})
  void failureAfterTheAnswerHasBegun_cutsTheConnection(Exception failure) throws Exception {
    start(
        HttpLimits.DEFAULT,
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  ctx.res().setContentLength(1_000_000);
                  ctx.res().getOutputStream().write("begun".getBytes(US_ASCII));
                  ctx.res().flushBuffer();
                  throw failure;
                }));
    try (RawHttp http =
        RawHttp.connect(URI.create("http://127.0.0.1:" + service.port()), Patience.STEP)) {
      http.request("GET", "/a").responseHead();
      assertThat(new String(http.readToEnd(), US_ASCII)).isEqualTo("begun");
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureBeforeTheAnswerIsSent_dropsItsHeaders(Exception failure) throws Exception {
    start(
        HttpLimits.DEFAULT,
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  ctx.header("ETag", "\"of the file\"");
                  throw failure;
                }));
    HttpResponse<String> answer = get("/a");
    assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(answer.headers().firstValue("ETag")).isEmpty();
  }

  static List<Exception> failures() {
    return List.of(
        Problem.unavailable("no room", 1).asException(),
        new IllegalStateException("nobody foresaw it"),
        new BadRequestResponse("refused by Javalin"));
  }

  static List<Exception> clientsThatLeft() {
    return List.of(new EofException("the client left"));
  }

  @Test
  void unexpectedException_isAProblem_thatTellsNothingOfTheInside() throws Exception {
    start(
        HttpLimits.DEFAULT,
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  throw new IllegalStateException("secret");
                }));
    assertProblem(get("/a"), 500, "the log of the service says more");
    assertThat(get("/a").body()).doesNotContain("secret");
  }

  @Test
  void unknownPath_andUnknownMethod_areProblems() throws Exception {
    start(HttpLimits.DEFAULT, routes -> routes.get("/a", ctx -> ctx.result("")));
    assertProblem(get("/b"), 404, "");
    HttpResponse<String> answer = send(request("/a").method("PATCH", BodyPublishers.noBody()));
    assertProblem(answer, 405, "PATCH");
    assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("GET");
  }

  @Test
  void requestThatJettyRefuses_isAProblem() throws Exception {
    start(HttpLimits.DEFAULT, _ -> {});
    HttpResponse<String> answer = send(request("/a").header("X-Long", "x".repeat(40_000)).GET());
    assertProblem(answer, 431, "");
  }

  @Test
  void requestBeyondTheBound_waitsForAPlace_andIsThenRefused() throws Exception {
    var entered = new AtomicInteger();
    var letGo = new CountDownLatch(1);
    start(
        HttpLimits.DEFAULT
            .withConnectionsMax(100)
            .withRequestsMax(1)
            .withQueueWaitMs(200)
            .withIdleTimeoutMs(10_000),
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  entered.incrementAndGet();
                  letGo.await();
                }));
    var first = client.sendAsync(request("/a").GET().build(), BodyHandlers.ofString());
    Await.until("the first has the place", () -> entered.get() == 1);
    HttpResponse<String> second = get("/a");
    assertProblem(second, 503, "try again");
    assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(entered).hasValue(1);
    letGo.countDown();
    assertThat(first.join().statusCode()).isEqualTo(200);
  }

  @Test
  void requestsBeyondTheBound_waitForAPlace_howeverMany() throws Exception {
    int crowd = 50;
    var inside = new AtomicInteger();
    var insideAtOnce = new AtomicInteger();
    var letGo = new CountDownLatch(1);
    start(
        HttpLimits.DEFAULT
            .withConnectionsMax(100)
            .withRequestsMax(2)
            .withQueueWaitMs(60_000)
            .withIdleTimeoutMs(10_000),
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  insideAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
                  letGo.await();
                  inside.decrementAndGet();
                }));
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < crowd; i++) {
      answers.add(client.sendAsync(request("/a").GET().build(), BodyHandlers.ofString()));
    }
    Await.until("the places are taken", () -> inside.get() == 2);
    assertThat(get("/health").statusCode()).as("a crowded service is healthy").isEqualTo(200);
    letGo.countDown();
    assertThat(answers).allSatisfy(one -> assertThat(one.join().statusCode()).isEqualTo(200));
    assertThat(insideAtOnce).hasValue(2);
  }

  @Test
  void refusedUpload_isAnswered_andTheConnectionGoesOn() throws Exception {
    start(
        HttpLimits.DEFAULT,
        routes -> {
          routes.put(
              "/a",
              ctx -> {
                throw Problem.of(400, "no").asException();
              });
          routes.get("/a", ctx -> ctx.result("fine"));
        });
    assertProblem(
        send(request("/a").PUT(BodyPublishers.ofByteArray(new byte[3_000_000]))), 400, "no");
    assertThat(get("/a").body()).isEqualTo("fine");
  }

  @Test
  void close_letsARequestInProgressEnd() throws Exception {
    var entered = new CountDownLatch(1);
    var letGo = new CountDownLatch(1);
    start(
        HttpLimits.DEFAULT,
        routes ->
            routes.get(
                "/a",
                ctx -> {
                  entered.countDown();
                  letGo.await();
                  ctx.result("done");
                }));
    var answer = client.sendAsync(request("/a").GET().build(), BodyHandlers.ofString());
    entered.await();
    Thread closing = Thread.startVirtualThread(service::close);
    letGo.countDown();
    assertThat(answer.join().body()).isEqualTo("done");
    closing.join();
  }

  @Test
  void start_onATakenPort_saysSo() throws Exception {
    start(HttpLimits.DEFAULT, _ -> {});
    assertThatThrownBy(
            () ->
                HttpService.start(
                    "127.0.0.1",
                    service.port(),
                    HttpLimits.DEFAULT,
                    () -> true,
                    new Scrape(),
                    _ -> {}))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("127.0.0.1:" + service.port());
  }

  private void start(HttpLimits limits, java.util.function.Consumer<RoutesConfig> routes)
      throws IOException {
    service = HttpService.start("127.0.0.1", 0, limits, ready::get, scrape, routes);
  }

  /**
   * Waits for a count. A request is counted when it is over, and its client may see the end a
   * moment earlier.
   */
  private void awaitCounted(String labels, int count) throws Exception {
    Await.until(
        count + " requests with " + labels,
        () ->
            scrape
                .text()
                .lines()
                .filter(line -> line.startsWith("holdfast_http_requests_seconds_count{"))
                .anyMatch(line -> line.contains(labels) && line.endsWith("} " + count)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String detail)
      throws IOException {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode body = new ObjectMapper().readTree(answer.body());
    assertThat(body.get("status").asInt()).isEqualTo(status);
    assertThat(body.get("title").asText()).isNotBlank();
    assertThat(body.get("detail").asText()).contains(detail).isNotBlank();
  }
}
