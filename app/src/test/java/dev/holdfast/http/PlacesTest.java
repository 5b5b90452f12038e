package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.metrics.Scrape;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawHttp;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bulkheads of a service: if one is full, the requests of the others go on. */
class PlacesTest {
  private static final Duration TIMEOUT = Patience.STEP;
  private static final int LOCAL = 2;
  private static final int UPLOADS = 3;
  private static final int WAITING = 4;
  private static final HttpLimits LIMITS =
      HttpLimits.DEFAULT
          .withConnectionsMax(200)
          .withRequestsMax(LOCAL)
          .withUploadsMax(UPLOADS)
          .withWaitingMax(WAITING)
          .withQueueWaitMs(200)
          .withBodyPace(new BodyPace(0, 10_000));

  private final CountDownLatch letGo = new CountDownLatch(1);
  private final AtomicInteger inside = new AtomicInteger();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<RawHttp> uploads = new ArrayList<>();
  private HttpService service;

  @AfterEach
  void stop() throws IOException {
    letGo.countDown();
    for (RawHttp upload : uploads) {
      upload.close();
    }
    clients.close();
    service.close();
  }

  @Test
  void thoseWhoWaitForOthers_leaveAllPlacesToTheRest() throws Exception {
    start();
    List<Future<Integer>> waiting = ask(WAITING, "/wait");
    assertThat(get("/wait")).as("one more waiter").isEqualTo(503);
    assertThat(get("/local")).isEqualTo(200);
    assertThat(put("/upload")).isEqualTo(200);
    letGo.countDown();
    for (Future<Integer> one : waiting) {
      assertThat(one.get()).isEqualTo(200);
    }
  }

  @Test
  void slowUploads_leaveAllPlacesToTheRest() throws Exception {
    start();
    for (int i = 0; i < UPLOADS; i++) {
      uploads.add(RawHttp.connect(base(), TIMEOUT));
      uploads.getLast().request("PUT", "/upload", "Content-Length: 100000").text("slow");
    }
    Await.until("they have come", () -> inside.get() == UPLOADS);
    assertThat(put("/upload")).as("one more upload").isEqualTo(503);
    assertThat(get("/local")).isEqualTo(200);
    List<Future<Integer>> waiting = ask(WAITING, "/wait");
    letGo.countDown();
    for (Future<Integer> one : waiting) {
      assertThat(one.get()).isEqualTo(200);
    }
  }

  @Test
  void localWork_leavesAllPlacesToTheRest() throws Exception {
    start();
    ask(LOCAL, "/hold");
    assertThat(get("/local")).as("one more").isEqualTo(503);
    assertThat(put("/upload")).isEqualTo(200);
  }

  @Test
  void healthStatusAndSettling_areNeverRefused() throws Exception {
    start();
    ask(WAITING, "/wait");
    ask(LOCAL, "/hold");
    for (int i = 0; i < UPLOADS; i++) {
      uploads.add(RawHttp.connect(base(), TIMEOUT));
      uploads.getLast().request("PUT", "/upload", "Content-Length: 100000").text("slow");
    }
    Await.until("all is full", () -> inside.get() == WAITING + LOCAL + UPLOADS);
    for (String path : List.of("/health", "/metrics", "/status")) {
      assertThat(get(path)).as(path).isEqualTo(200);
    }
    assertThat(ask("POST", "/settle")).as("to settle").isEqualTo(200);
  }

  /**
   * An upload that has waited comes back to the uploads before it reads its body, which may take
   * long.
   */
  @Test
  void uploadThatHasWaited_comesInAmongTheUploads() throws Exception {
    start();
    for (int i = 0; i < UPLOADS; i++) {
      uploads.add(RawHttp.connect(base(), TIMEOUT));
      uploads.getLast().request("PUT", "/waitAndUpload", "Content-Length: 100000").text("slow");
    }
    Await.until("they wait", () -> inside.get() == UPLOADS);
    letGo.countDown();
    Await.until("they come in", () -> inside.get() == 2 * UPLOADS);
    assertThat(put("/upload")).as("one more upload").isEqualTo(503);
    for (int i = 0; i < WAITING; i++) {
      assertThat(get("/wait")).isEqualTo(200);
    }
  }

  private void start() throws IOException {
    service =
        HttpService.start(
            "127.0.0.1", 0, LIMITS, () -> true, new Scrape(), QuickAnswers.NONE, this::addTo);
  }

  private void addTo(RoutesConfig routes) {
    routes.get("/local", ctx -> ctx.result("done"));
    routes.get("/status", ctx -> ctx.result("done"));
    routes.post("/settle", ctx -> ctx.result("done"));
    routes.get(
        "/hold",
        _ -> {
          inside.incrementAndGet();
          letGo.await();
        });
    routes.get("/wait", this::await);
    routes.put("/upload", this::upload);
    routes.put(
        "/waitAndUpload",
        ctx -> {
          await(ctx);
          upload(ctx);
        });
  }

  private void await(Context ctx) throws IOException, InterruptedException {
    boolean waited =
        RequestPlace.whileWaiting(
            () -> {
              inside.incrementAndGet();
              letGo.await();
              return true;
            },
            false);
    ctx.status(waited ? 200 : 503);
  }

  private void upload(Context ctx) throws IOException {
    inside.incrementAndGet();
    RequestBody.copy(RequestBody.open(ctx), -1, Long.MAX_VALUE, (_, _, _) -> {});
    ctx.status(200);
  }

  /** Sends requests that stay there. */
  private List<Future<Integer>> ask(int count, String path) throws Exception {
    int before = inside.get();
    var asked = new ArrayList<Future<Integer>>();
    for (int i = 0; i < count; i++) {
      asked.add(clients.submit(() -> get(path)));
    }
    Await.until("they are there", () -> inside.get() == before + count);
    return asked;
  }

  private URI base() {
    return URI.create("http://127.0.0.1:" + service.port());
  }

  private int get(String path) throws IOException {
    return ask("GET", path);
  }

  private int ask(String method, String path) throws IOException {
    try (RawHttp http = RawHttp.connect(base(), TIMEOUT)) {
      return http.request(method, path).finalResponse().status();
    }
  }

  private int put(String path) throws IOException {
    try (RawHttp http = RawHttp.connect(base(), TIMEOUT)) {
      return http.request("PUT", path, "Content-Length: 4").text("body").finalResponse().status();
    }
  }
}
