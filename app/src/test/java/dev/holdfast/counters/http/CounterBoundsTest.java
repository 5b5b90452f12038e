package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import dev.holdfast.testkit.RawServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An actor that has room for few requests of each kind, and gets more. */
class CounterBoundsTest {
  private static final int BYTES_MAX = 100;

  @TempDir private Path directory;
  private LiveActor actor;

  @BeforeEach
  void start() throws IOException {
    actor =
        LiveActor.start(
            FreePorts.one(),
            directory,
            new LocalDisk(),
            started ->
                new CounterRoutes(
                    started,
                    CountersConfig.DEFAULT,
                    new Room(1, 0),
                    new Room(2, BYTES_MAX),
                    new Room(2, BYTES_MAX)));
  }

  @AfterEach
  void stop() {
    actor.close();
  }

  private static void assertRefused(RawResponse answer, String why) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.onlyHeader("Retry-After")).isNotEmpty();
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.text()).contains(why);
  }

  private RawResponse chunked(String body) throws IOException {
    try (RawHttp connection = actor.connect()) {
      connection.request("POST", "/counter/a", "Transfer-Encoding: chunked");
      return connection.chunk(body.getBytes(StandardCharsets.UTF_8)).lastChunk().response();
    }
  }

  @Test
  void posts_beyondTheirBound_are503_andCountNothing() throws Exception {
    try (RawHttp one = actor.connect();
        RawHttp two = actor.connect()) {
      one.request("POST", "/counter/a", "Content-Length: 1");
      two.request("POST", "/counter/a", "Content-Length: 1");
      Await.until("both are in progress", () -> actor.post("/counter/a", "0").status() == 503);
      RawResponse third = actor.post("/counter/a", "5");
      assertRefused(third, "too many POSTs are in progress here");
      assertThat(third.text()).contains("nothing was changed");
      RawResponse onItsRoute = chunked("5");
      assertRefused(onItsRoute, "too many POSTs are in progress here");
      assertThat(onItsRoute.text()).contains("nothing was changed");
      assertThat(one.text("1").response().status()).isEqualTo(200);
      assertThat(two.text("2").response().status()).isEqualTo(200);
    }
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("3");
    Await.until("there is room again", () -> actor.post("/counter/a", "0").status() == 200);
    assertThat(chunked("5").status()).isEqualTo(200);
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("8");
  }

  @Test
  void posts_beyondTheirBytes_are503_andCountNothing() throws Exception {
    try (RawHttp one = actor.connect()) {
      one.request("POST", "/counter/a", "Content-Length: " + BYTES_MAX);
      Await.until("it is in progress", () -> actor.post("/counter/a", "0").status() == 503);
      RawResponse second = actor.post("/counter/a", "5");
      assertRefused(second, "too many POSTs are in progress here");
      assertThat(second.text()).contains("nothing was changed");
      assertThat(one.text("0".repeat(BYTES_MAX - 1) + "1").response().status()).isEqualTo(200);
    }
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("1");
  }

  @Test
  void consistentReads_beyondTheirBound_are503() throws Exception {
    var end = new CountDownLatch(1);
    try (var silent = new RawServer((_, _) -> end.await());
        RawHttp one = actor.connect();
        RawHttp two = actor.connect()) {
      String address = "127.0.0.1:" + silent.uri().getPort();
      actor.post("/config", "{\"actors\": [\"" + actor.address() + "\", \"" + address + "\"]}");
      one.request("GET", "/counter/a/consistent_value");
      two.request("GET", "/counter/a/consistent_value");
      List<RawResponse> answers = List.of(one.response(), two.response());
      RawResponse refused =
          answers.getFirst().text().contains("too many") ? answers.getFirst() : answers.getLast();
      RawResponse late = refused == answers.getFirst() ? answers.getLast() : answers.getFirst();
      assertRefused(refused, "too many consistent reads are in progress here");
      assertRefused(late, "the value is at least 0");
      end.countDown();
    }
  }

  @Test
  void messages_beyondTheirBytes_are503_andClientsHaveTheirOwnBounds() throws Exception {
    try (RawHttp one = actor.connect()) {
      one.request("POST", "/peer", "Content-Length: " + BYTES_MAX);
      Await.until("it is in progress", () -> actor.post("/peer", "no message").status() == 503);
      assertRefused(
          actor.post("/peer", "no message"), "too many messages of actors are in progress here");
      assertThat(actor.post("/counter/a", "5").status()).isEqualTo(200);
      assertThat(one.text("x".repeat(BYTES_MAX)).response().status()).isEqualTo(400);
    }
    Await.until("there is room again", () -> actor.post("/peer", "no message").status() == 400);
  }
}
