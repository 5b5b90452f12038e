package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.BodyPace;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty actors that all are full of consistent reads, and answer each other all the same. */
class TwentyActorsTest {
  private static final int ACTORS = 20;
  private static final int READS = 64;

  /** Clients that need a thread get one place of each kind. */
  private static final HttpLimits CROWDED =
      HttpLimits.DEFAULT
          .withRequestsMax(1)
          .withUploadsMax(1)
          .withWaitingMax(1)
          .withBodyPace(new BodyPace(0, 1)); // any pace

  /** Reads do not end by their deadline, or a deadlock would not show. */
  private static final int READ_DEADLINE_MS = CountersConfig.READ_DEADLINE_LIMIT;

  @TempDir private Path directory;
  private final List<LiveActor> actors = new ArrayList<>();
  private final List<RawHttp> clients = new ArrayList<>();
  private final List<RawHttp> stuckClients = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (RawHttp client : clients) {
      client.close();
    }
    for (RawHttp client : stuckClients) {
      client.close();
    }
    actors.forEach(LiveActor::close);
  }

  @Test
  void readsEverywhereAtOnce_areAllAnswered() throws Exception {
    int port = FreePorts.one();
    CountersConfig config = config();
    for (int i = 1; i <= ACTORS; i++) {
      actors.add(LiveActor.start("127.0.0." + i, port, directory.resolve("" + i), CROWDED, config));
    }
    assertThat(actors.getFirst().configure(actors).status()).isEqualTo(200);
    for (LiveActor actor : actors) {
      assertThat(actor.post("/counters", amounts()).status()).isEqualTo(200);
    }
    for (LiveActor actor : actors) { // whose body never comes
      RawHttp stuck = actor.connect();
      stuckClients.add(stuck);
      stuck.request("POST", "/counter/stuck", "Transfer-Encoding: chunked");
    }
    for (LiveActor actor : actors) {
      for (int name = 0; name < READS; name++) {
        RawHttp client = actor.connect();
        clients.add(client);
        client.request("GET", "/counter/n" + name + "/consistent_value");
      }
    }
    for (int i = 0; i < clients.size(); i++) {
      RawResponse answer = clients.get(i).response();
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("" + ACTORS * (1 + i % READS));
    }
  }

  private static CountersConfig config() {
    CountersConfig usual = CountersConfig.DEFAULT;
    return new CountersConfig(
        usual.id(),
        usual.ack(),
        READ_DEADLINE_MS,
        usual.keysMax(),
        usual.keyAgeMs(),
        usual.slotsMax(),
        usual.forceSpacingMs(),
        usual.setAside(),
        usual.sharedDirectories(),
        usual.fallbackDirs());
  }

  private static String amounts() {
    var amounts = new ArrayList<String>();
    for (int name = 0; name < READS; name++) {
      amounts.add("\"n" + name + "\": " + (name + 1));
    }
    return "{" + String.join(", ", amounts) + "}";
  }
}
