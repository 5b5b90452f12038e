package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.counters.Guarded;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An actor whose room for requests is taken. */
class CounterBoundsTest {
  private static final int BYTES_MAX = 100;

  @TempDir private Path directory;
  private final Room reads = new Room(1, 0);
  private final Room posts = new Room(1, BYTES_MAX);
  private final Room messages = new Room(1, BYTES_MAX);
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
                    new Guarded(() -> {}),
                    reads,
                    posts,
                    messages));
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
    assertThat(posts.take(0)).isTrue();
    RawResponse quick = actor.post("/counter/a", "5");
    assertRefused(quick, "too many POSTs are in progress here");
    assertThat(quick.text()).contains("nothing was changed");
    RawResponse onItsRoute = chunked("5");
    assertRefused(onItsRoute, "too many POSTs are in progress here");
    assertThat(onItsRoute.text()).contains("nothing was changed");
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("0");
    posts.giveBack(0);
    assertThat(actor.post("/counter/a", "5").status()).isEqualTo(200);
    Await.until("the room is given back", () -> chunked("0").status() == 200);
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("5");
  }

  @Test
  void posts_beyondTheirBytes_are503_andCountNothing() throws Exception {
    String long0 = "0".repeat(BYTES_MAX);
    RawResponse refused = actor.post("/counter/a", long0 + "5");
    assertRefused(refused, "too many POSTs are in progress here");
    assertThat(refused.text()).contains("nothing was changed");
    assertRefused(chunked(long0 + "5"), "too many POSTs are in progress here");
    assertThat(actor.post("/counter/a", long0.substring(1) + "1").status()).isEqualTo(200);
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("1");
  }

  @Test
  void consistentReads_beyondTheirBound_are503() throws Exception {
    assertThat(actor.post("/config", "{\"actors\": [\"" + actor.address() + "\"]}").status())
        .isEqualTo(200);
    assertThat(reads.take(0)).isTrue();
    assertRefused(
        actor.get("/counter/a/consistent_value"), "too many consistent reads are in progress here");
    reads.giveBack(0);
    assertThat(actor.get("/counter/a/consistent_value").text()).isEqualTo("0");
  }

  @Test
  void messages_beyondTheirBound_are503_andClientsHaveTheirOwn() throws Exception {
    assertThat(messages.take(BYTES_MAX)).isTrue();
    assertRefused(
        actor.post("/peer", "no message"), "too many messages of actors are in progress here");
    assertThat(actor.post("/counter/a", "5").status()).isEqualTo(200);
    messages.giveBack(BYTES_MAX);
    assertThat(actor.post("/peer", "no message").status()).isEqualTo(400);
  }
}
