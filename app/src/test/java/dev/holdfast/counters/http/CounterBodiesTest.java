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

/** Long bodies, and those of unknown length, which come on their route, and their room. */
class CounterBodiesTest {
  private static final int BYTES_MAX = 100_000;
  private static final String LONG_1 = " ".repeat(20_000) + "1";

  @TempDir private Path directory;
  private final Room posts = new Room(8, BYTES_MAX);
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
                    new Room(1, 0),
                    posts,
                    new Room(1, 0)));
  }

  @AfterEach
  void stop() {
    actor.close();
  }

  private void awaitLeft(int bytes) throws Exception {
    Await.until(bytes + " bytes are free", () -> posts.bytesLeft() == bytes);
  }

  private static void assertRefused(RawResponse answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.onlyHeader("Retry-After")).isEqualTo("1");
    assertThat(answer.text()).contains("too many POSTs").contains("nothing was changed");
  }

  /** A body that is not there yet has its room already, so that it fits when it comes. */
  @Test
  void announcedBody_takesItsRoom_beforeItIsRead() throws Exception {
    try (RawHttp announced = actor.connect();
        RawHttp chunked = actor.connect()) {
      announced.request("POST", "/counter/a", "Content-Length: " + BYTES_MAX).text("1");
      awaitLeft(0);
      assertRefused(actor.post("/counter/b", LONG_1));
      chunked.request("POST", "/counter/c", "Transfer-Encoding: chunked");
      chunked.chunk("1".getBytes(StandardCharsets.UTF_8));
      assertRefused(chunked.lastChunk().response());
      announced.reset();
    }
    awaitLeft(BYTES_MAX);
    assertThat(actor.post("/counter/b", LONG_1).status()).isEqualTo(200);
    assertThat(actor.get("/counter/b/value").text()).isEqualTo("1");
    assertThat(actor.get("/counter/c/value").text()).isEqualTo("0");
  }

  @Test
  void chunkedBody_takesRoomAsItComes() throws Exception {
    byte[] part = " ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    try (RawHttp growing = actor.connect();
        RawHttp announced = actor.connect()) {
      growing.request("POST", "/counter/a", "Transfer-Encoding: chunked").chunk(part);
      awaitLeft(BYTES_MAX - part.length);
      int left = BYTES_MAX - part.length;
      announced.request("POST", "/counter/b", "Content-Length: " + left).text("1");
      awaitLeft(0);
      assertRefused(growing.chunk(part).lastChunk().response());
    }
    awaitLeft(BYTES_MAX);
    assertThat(actor.get("/counter/a/value").text()).isEqualTo("0");
  }
}
