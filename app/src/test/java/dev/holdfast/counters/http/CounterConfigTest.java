package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /config}, at one actor and at several. */
class CounterConfigTest {
  @TempDir private Path directory;
  private final List<LiveActor> actors = new ArrayList<>();

  private LiveActor start(String host) throws IOException {
    return start(host, FreePorts.one());
  }

  private LiveActor start(String host, int port) throws IOException {
    var actor = LiveActor.start(host, port, directory.resolve(actors.size() + ""));
    actors.add(actor);
    return actor;
  }

  @AfterEach
  void stop() {
    actors.forEach(LiveActor::close);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "text/plain", "application/x-www-form-urlencoded", "a/b"})
  void config_ofAnyType_isPutInForce(String type) throws IOException {
    LiveActor one = start("127.0.0.1");
    RawResponse answer =
        one.post("/config", "{\"actors\": [\"" + one.address() + "\"]}", "Content-Type: " + type);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo(
            "{\"version\":1,\"actors\":[\""
                + one.address()
                + "\"],\"not_reached\":[],\"not_confirmed\":[]}");
    assertThat(one.get("/counter/a/consistent_value").text()).isEqualTo("0");
  }

  @Test
  void config_ofOddSpellings_meansOneAddressEach() throws IOException {
    LiveActor one = start("127.0.0.1");
    RawResponse answer =
        one.post(
            "/config",
            "{\"actors\": [\"127.0.0.1\", \"127.0.0.1:7777\", \" 127.000.0.1 \", \"[::1]:81\","
                + " \"0:0:0:0:0:0:0:1\", \"Some.Host.invalid:9\", \""
                + one.address()
                + "\"]}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .contains("\"127.0.0.1:7777\"")
        .contains("\"some.host.invalid:9\"")
        .contains("\"[0:0:0:0:0:0:0:1]:81\"")
        .contains("\"[0:0:0:0:0:0:0:1]:7777\"");
    assertThat(one.actor().configuration().actors()).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | an object of JSON",
        "null | an object of JSON",
        "[] | an object of JSON",
        "{} | has to name the actors",
        "{\"actors\": []} | has to name the actors",
        "{\"actors\": \"127.0.0.1\"} | actors has to be a list",
        "{\"actors\": [1]} | which are strings",
        "{\"actors\": [[\"a\"]]} | which are strings",
        "{\"actors\": [\"\"]} | not an address",
        "{\"actors\": [\"1.2.3\"]} | not an address of an actor: 1.2.3",
        "{\"actors\": [\"1.2.3.4:0\"]} | not an address",
        "{\"actors\": [\"1.2.3.4:65536\"]} | not an address",
        "{\"actors\": [\"http://a\"]} | not an address",
        "{\"actors\": [\"a b\"]} | not an address",
        "{\"actors\": [\"a\"], \"actors\": [\"b\"]} | Duplicate",
        "{\"actors\": [\"a\"], \"more\": 1} | actors and forget alone",
        "{\"actors\": [\"a\"], \"forget\": 1} | forget has to be a list",
        "{\"actors\": [\"a\"]} x | not JSON",
        "{\"actors\": [\"a\" | not JSON",
        "{\"actors\": [\"10.0.0.1\", \"0.0.0.0\"]} | 0.0.0.0:7777 is every address of a machine",
        "{\"actors\": [\"[::]:81\"]} | is every address of a machine",
        "{\"actors\": [\"10.0.0.2\", \"127.0.0.1\"]} | 127.0.0.1:7777 is another actor on each",
        "{\"actors\": [\"localhost\", \"10.0.0.2\"]} | localhost:7777 is another actor on each",
        "{\"actors\": [\"fe80::1\", \"a.localhost\"]} | a.localhost:7777 is another actor",
        "{\"actors\": [\"::ffff:127.0.0.9\", \"fd00::1\"]} | 127.0.0.9:7777 is another actor"
      })
  void config_thatIsNone_is400_andChangesNothing(String body, String detail) throws IOException {
    LiveActor one = start("127.0.0.1");
    RawResponse answer = one.post("/config", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains(detail).contains("nothing was changed");
    assertThat(one.actor().configuration().isNone()).isTrue();
  }

  /** The name may be one of this machine. */
  @Test
  void config_ofLoopbackAddressesAndNames_isPutInForce_withAWarning() throws IOException {
    LiveActor one = start("127.0.0.1");
    RawResponse answer =
        one.post("/config", "{\"actors\": [\"" + one.address() + "\", \"some.host.invalid\"]}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .contains(
            "\"warnings\":[\""
                + one.address()
                + " is another actor on each machine: some.host.invalid:7777 has to be this"
                + " machine, too\"]");
  }

  /** It could be posted once. */
  @Test
  void wildcardAddress_canBeForgotten() throws IOException {
    LiveActor one = start("127.0.0.1");
    RawResponse answer =
        one.post("/config", "{\"actors\": [\"" + one.address() + "\"], \"forget\": [\"0.0.0.0\"]}");
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void config_atOne_isInForceAtAll_andCountsAreSummed() throws Exception {
    int port = FreePorts.one();
    for (int i = 1; i <= 3; i++) {
      start("127.0.0." + i, port);
    }
    RawResponse answer = actors.getFirst().configure(actors);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"not_reached\":[]");
    for (int i = 0; i < 3; i++) {
      assertThat(actors.get(i).post("/counter/a", "" + (i + 1)).status()).isEqualTo(200);
    }
    for (LiveActor actor : actors) {
      RawResponse read = actor.get("/counter/a/consistent_value");
      assertThat(read.status()).as(read.text()).isEqualTo(200);
      assertThat(read.text()).isEqualTo("6");
      assertThat(read.header("Counter-Unconfirmed")).isEmpty();
    }
    assertThat(actors.getFirst().get("/counter/a").text()).contains("\"value\":6");
    Await.until(
        "it knows how old the news are",
        () ->
            actors
                .getFirst()
                .get("/counter/a")
                .text()
                .contains("\"address\":\"127.0.0.2:" + port + "\",\"age_ms\":"));
  }

  @Test
  void whoIsNotReached_isNamed_andSoIsWhoIsMissedByARead() throws Exception {
    LiveActor one = start("127.0.0.1");
    String nobody = "127.0.0.1:" + FreePorts.one();
    RawResponse answer =
        one.post("/config", "{\"actors\": [\"" + one.address() + "\", \"" + nobody + "\"]}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"not_reached\":[\"" + nobody + "\"]");
    one.post("/counter/a", "5");
    RawResponse read = one.get("/counter/a/consistent_value");
    assertThat(read.status()).isEqualTo(503);
    assertThat(read.onlyHeader("Retry-After")).isEqualTo("1");
    assertThat(read.text()).contains(nobody).contains("at least 5");
    RawResponse dropped = one.configure(List.of(one));
    assertThat(dropped.text()).contains("\"version\":2").contains("\"not_confirmed\":[\"" + nobody);
    RawResponse unsure = one.get("/counter/a/consistent_value");
    assertThat(unsure.text()).isEqualTo("5");
    assertThat(unsure.onlyHeader("Counter-Unconfirmed")).isEqualTo(nobody);
    assertThat(
            one.post(
                    "/config",
                    "{\"actors\": [\"" + one.address() + "\"], \"forget\": [\"" + nobody + "\"]}")
                .text())
        .contains("\"not_confirmed\":[]");
    assertThat(one.get("/counter/a/consistent_value").header("Counter-Unconfirmed")).isEmpty();
  }
}
