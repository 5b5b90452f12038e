package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API of clients, at one actor. */
class CounterRoutesTest {
  private static final String NOTHING_CHANGED = "nothing was changed";

  @TempDir private Path directory;
  private LiveActor actor;

  @BeforeEach
  void start() throws IOException {
    actor = LiveActor.start("127.0.0.1", FreePorts.one(), directory);
  }

  @AfterEach
  void stop() {
    actor.close();
  }

  private String value(String name) throws IOException {
    RawResponse answer = actor.get("/counter/" + name + "/value");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("text/plain;charset=utf-8");
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-store");
    return answer.text();
  }

  private String chunked(String target, String body) throws IOException {
    try (RawHttp connection = actor.connect()) {
      connection.request("POST", target, "Transfer-Encoding: chunked");
      if (!body.isEmpty()) {
        connection.chunk(body.getBytes(StandardCharsets.UTF_8));
      }
      RawResponse answer = connection.lastChunk().response();
      return answer.status() + " " + answer.text();
    }
  }

  @Test
  void value_ofWhatIsUnknown_is0() throws IOException {
    assertThat(value("nobody")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", " 5", "5\n", "5\r\n", "\t005 ", "0000000000000000000000005"})
  void amount_inDigits_isCounted(String body) throws IOException {
    RawResponse answer = actor.post("/counter/a", body);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
    assertThat(value("a")).isEqualTo("5");
    assertThat(chunked("/counter/a", body)).isEqualTo("200 ");
    assertThat(value("a")).isEqualTo("10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-1", "+5", "5.0", "1e3", "5 6", "٥", "0x5", "five", "5\u0000"})
  void anythingElse_is400_andChangesNothing(String body) throws IOException {
    RawResponse answer = actor.post("/counter/a", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.text()).contains("in ASCII digits").contains(NOTHING_CHANGED);
    assertThat(chunked("/counter/a", body)).startsWith("400 ").contains(NOTHING_CHANGED);
    assertThat(value("a")).isEqualTo("0");
  }

  @Test
  void post_withoutLength_isOneWithoutBody() throws IOException {
    try (RawHttp connection = actor.connect()) {
      assertThat(connection.request("POST", "/counter/a").response().status()).isEqualTo(400);
    }
  }

  @Test
  void amount_of4096Digits_isExact_andLongerIs413() throws IOException {
    String long1 = "9".repeat(4_096);
    assertThat(actor.post("/counter/a", long1).status()).isEqualTo(200);
    assertThat(actor.post("/counter/a", "1").status()).isEqualTo(200);
    assertThat(value("a")).isEqualTo("1" + "0".repeat(4_096));
    RawResponse tooLong = actor.post("/counter/a", "1" + long1);
    assertThat(tooLong.status()).isEqualTo(413);
    assertThat(tooLong.text()).contains("4097 digits").contains(NOTHING_CHANGED);
    assertThat(actor.post("/counter/a", "1".repeat(20_000)).status()).isEqualTo(413);
    assertThat(actor.get("/counter/a").text()).contains("\"value\":1" + "0".repeat(4_096));
    assertThat(actor.get("/counters").text())
        .isEqualTo("{\"counters\":{\"a\":1" + "0".repeat(4_096) + "}}");
  }

  @Test
  void key_thatComesAgain_countsOnce_andWithAnotherAmountIs422() throws IOException {
    assertThat(actor.post("/counter/a", "5", "Idempotency-Key: k").status()).isEqualTo(200);
    assertThat(actor.post("/counter/a", "5", "Idempotency-Key: k").status()).isEqualTo(200);
    RawResponse other = actor.post("/counter/a", "6", "Idempotency-Key: k");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.text()).contains(NOTHING_CHANGED);
    assertThat(value("a")).isEqualTo("5");
    assertThat(actor.post("/counter/a", "5", "Idempotency-Key: " + "k".repeat(257)).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "%61, a",
    "a%2Fb, a%2Fb",
    "%c3%a9, %C3%A9",
    "a;b, a%3Bb",
    "value, value",
    "%FF, %FF"
  })
  void name_isDecodedOnce(String spelled, String canonical) throws IOException {
    assertThat(actor.post("/counter/" + spelled, "7").status()).isEqualTo(200);
    assertThat(value(spelled)).isEqualTo("7");
    assertThat(value(canonical)).isEqualTo("7");
    assertThat(actor.get("/counters").text()).isEqualTo("{\"counters\":{\"" + canonical + "\":7}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "%2E", "%2e%2E", "%00", "a%00b", "%4", "%zz"})
  void name_thatIsNone_is400(String spelled) throws IOException {
    assertThat(actor.get("/counter/" + spelled + "/value").status()).isEqualTo(400);
    RawResponse answer = actor.post("/counter/" + spelled + "", "1");
    assertThat(answer.status()).as(spelled).isIn(400, 404);
    assertThat(actor.get("/counters").text()).isEqualTo("{\"counters\":{}}");
  }

  @Test
  void name_of1025Bytes_is414() throws IOException {
    assertThat(actor.post("/counter/" + "a".repeat(1_024), "1").status()).isEqualTo(200);
    RawResponse answer = actor.post("/counter/" + "a".repeat(1_025), "1");
    assertThat(answer.status()).isEqualTo(414);
    assertThat(answer.text()).contains(NOTHING_CHANGED);
    assertThat(actor.post("/counter/" + "%41".repeat(1_024), "1").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /counter, 404",
    "GET, /counter/a/b, 404",
    "GET, /counter/a/value/, 404",
    "GET, /other, 404",
    "POST, /counter/a/b, 404"
  })
  void whatIsNotThere_is404(String method, String target, int status) throws IOException {
    try (RawHttp connection = actor.connect()) {
      assertThat(connection.request(method, target, "Content-Length: 0").response().status())
          .isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /counter/a, 'GET, HEAD, OPTIONS, POST'",
    "DELETE, /counter/a, 'GET, HEAD, OPTIONS, POST'",
    "POST, /counter/a/value, 'GET, HEAD, OPTIONS'",
    "PUT, /counter/a/consistent_value, 'GET, HEAD, OPTIONS'",
    "DELETE, /counters, 'GET, HEAD, OPTIONS, POST'",
    "GET, /config, 'OPTIONS, POST'",
    "HEAD, /config, 'OPTIONS, POST'",
    "GET, /peer, 'OPTIONS, POST'"
  })
  void otherMethods_are405_withThoseThatAreKnown(String method, String target, String allow)
      throws IOException {
    try (RawHttp connection = actor.connect()) {
      RawResponse answer = connection.request(method, target, "Content-Length: 0").response();
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.onlyHeader("Allow")).isEqualTo(allow);
    }
    try (RawHttp connection = actor.connect()) {
      RawResponse answer = connection.request("OPTIONS", target).response();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.onlyHeader("Allow")).isEqualTo(allow);
    }
  }

  @Test
  void head_saysTheSameWithoutBody() throws IOException {
    actor.configure(List.of(actor));
    actor.post("/counter/a", "12345");
    for (String target :
        List.of("/counter/a/value", "/counter/a/consistent_value", "/counter/a", "/counters")) {
      String length = actor.get(target).onlyHeader("Content-Length");
      try (RawHttp connection = actor.connect()) {
        RawResponse head = connection.request("HEAD", target).response();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        if (!target.equals("/counter/a")) { // it says how old news are
          assertThat(head.onlyHeader("Content-Length")).isEqualTo(length);
        }
      }
    }
  }

  @Test
  void batch_countsAll_orNothing() throws IOException {
    assertThat(actor.post("/counters", "{\"a\": 1, \"b%2Fc\": 2, \"d/e\": 0}").status())
        .isEqualTo(200);
    assertThat(actor.get("/counters").text()).isEqualTo("{\"counters\":{\"a\":1,\"b%2Fc\":2}}");
    assertThat(actor.post("/counters", "{\"a\": 1, \"b\": -2}").status()).isEqualTo(400);
    assertThat(actor.post("/counters", "{}").status()).isEqualTo(200);
    assertThat(actor.post("/counters", "{\"z\": " + "7".repeat(4_096) + "}").status())
        .isEqualTo(200);
    assertThat(value("a")).isEqualTo("1");
    assertThat(value("z")).isEqualTo("7".repeat(4_096));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": 1, \"a\": 2} | 400 | Duplicate",
        "{\"a\": 1, \"%61\": 2} | 400 | the counter a is there twice",
        "{\"a\": \"1\"} | 400 | the amount of a has to be a number",
        "{\"a\": 1.0} | 400 | without a point",
        "{\"a\": 1e3} | 400 | without a point",
        "{\"a\": 01} | 400 | not JSON",
        "{\"a\": null} | 400 | the amount of a",
        "{\"\": 1} | 400 | missing",
        "{\"é\": 1} | 400 | percent-encoded",
        "{\"a\": 1} 2 | 400 | behind the object",
        "{\"a\": 1 | 400 | not JSON",
        "[1] | 400 | an object of JSON",
        "'' | 400 | an object of JSON"
      })
  void batch_thatIsNone_isRefused_andChangesNothing(String body, int status, String detail)
      throws IOException {
    RawResponse answer = actor.post("/counters", body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains(detail).contains(NOTHING_CHANGED);
    assertThat(actor.get("/counters").text()).isEqualTo("{\"counters\":{}}");
  }

  @Test
  void batch_beyondItsBounds_is413() throws IOException {
    assertThat(actor.post("/counters", batch(1_000)).status()).isEqualTo(200);
    assertThat(actor.post("/counters", batch(1_001)).status()).isEqualTo(413);
    RawResponse digits = actor.post("/counters", "{\"a\": " + "7".repeat(4_097) + "}");
    assertThat(digits.status()).isEqualTo(413);
    assertThat(digits.text()).contains(NOTHING_CHANGED);
    assertThat(value("n999")).isEqualTo("1");
  }

  @Test
  void batch_ofTheLongestAmounts_isCounted() throws IOException {
    String body = batch(1_000).replace(": 1", ": " + "7".repeat(4_096));
    assertThat(actor.post("/counters", body).status()).isEqualTo(200);
    assertThat(value("n0")).isEqualTo("7".repeat(4_096));
    assertThat(actor.get("/counter/n999/value").text()).isEqualTo("7".repeat(4_096));
    RawResponse tooLong = actor.post("/counters", " ".repeat(8 * 1024 * 1024) + body);
    assertThat(tooLong.status()).isEqualTo(413);
    assertThat(tooLong.text()).contains(NOTHING_CHANGED);
  }

  private static String batch(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"n" + i + "\": 1")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  @Test
  void page_goesOnBehindTheLastName_withinAPrefix() throws IOException {
    actor.post("/counters", "{\"a\": 1, \"b%2F1\": 2, \"b%2F2\": 3, \"b%2F3\": 4, \"c\": 5}");
    assertThat(actor.get("/counters?limit=2").text())
        .isEqualTo("{\"counters\":{\"a\":1,\"b%2F1\":2},\"next\":\"b%2F1\"}");
    assertThat(actor.get("/counters?limit=2&after=b%2F1").text())
        .isEqualTo("{\"counters\":{\"b%2F2\":3,\"b%2F3\":4},\"next\":\"b%2F3\"}");
    assertThat(actor.get("/counters?limit=2&after=b%2F3").text())
        .isEqualTo("{\"counters\":{\"c\":5}}");
    assertThat(actor.get("/counters?prefix=b%2F").text())
        .isEqualTo("{\"counters\":{\"b%2F1\":2,\"b%2F2\":3,\"b%2F3\":4}}");
    assertThat(actor.get("/counters?prefix=b/&after=b%2F2").text())
        .isEqualTo("{\"counters\":{\"b%2F3\":4}}");
    assertThat(actor.get("/counters?prefix=b&after=a").text()).contains("b%2F1");
    assertThat(actor.get("/counters?prefix=.").text()).isEqualTo("{\"counters\":{}}");
    assertThat(actor.get("/counters?prefix=b&after=c").text()).isEqualTo("{\"counters\":{}}");
  }

  @Test
  void page_ofLongValues_endsEarly_andAllPagesTogetherHaveAll() throws IOException {
    String body = batch(200).replace(": 1", ": " + "7".repeat(4_096));
    assertThat(actor.post("/counters", body).status()).isEqualTo(200);
    int count = 0;
    String after = "";
    while (count < 200) {
      String page = actor.get("/counters" + after).text();
      assertThat(page.length()).isLessThan(CounterApi.PAGE_BYTES_MAX * 11 / 10);
      int here = page.split("777\"?[,}]", -1).length - 1;
      assertThat(here).as(page.substring(0, 20)).isBetween(1, 100);
      count += here;
      int next = page.indexOf("\"next\":\"");
      assertThat(next > 0).isEqualTo(count < 200);
      after = next < 0 ? "" : "?after=" + page.substring(next + 8, page.lastIndexOf('"'));
    }
    assertThat(count).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"POST, /counter/a/b", "PUT, /counter/a", "POST, /counter/a/value", "DELETE, /config"})
  void refusedMethod_saysThatNothingWasChanged(String method, String target) throws IOException {
    try (RawHttp connection = actor.connect()) {
      RawResponse answer = connection.request(method, target, "Content-Length: 0").response();
      assertThat(answer.status()).isIn(404, 405);
      assertThat(answer.text()).contains(NOTHING_CHANGED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1001", "limit=-1", "limit=x", "after=%zz", "prefix=%0"})
  void page_withOddParameters_is400(String query) throws IOException {
    assertThat(actor.get("/counters?" + query).status()).isEqualTo(400);
  }

  @Test
  void counter_saysValueAndShares() throws IOException {
    actor.post("/counter/a%2Fb", "5");
    String id = actor.actor().id().toString();
    assertThat(actor.get("/counter/a%2Fb").text())
        .isEqualTo(
            "{\"name\":\"a%2Fb\",\"value\":5,\"actors\":[{\"actor\":\""
                + id
                + "\",\"share\":5,\"self\":true,\"age_ms\":0}]}");
    assertThat(actor.get("/counter/c").text())
        .isEqualTo(
            "{\"name\":\"c\",\"value\":0,\"actors\":[{\"actor\":\""
                + id
                + "\",\"share\":0,\"self\":true,\"age_ms\":0}]}");
  }

  @Test
  void consistentRead_beforeAConfiguration_is503_andSaysWhatIsKnown() throws IOException {
    actor.post("/counter/a", "5");
    RawResponse answer = actor.get("/counter/a/consistent_value");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.onlyHeader("Retry-After")).isEqualTo("1");
    assertThat(answer.text()).contains("POST /config").contains("the value is at least 5");
  }

  @Test
  void post_thatBreaksOff_countsNothing() throws Exception {
    try (RawHttp connection = actor.connect()) {
      connection.request("POST", "/counter/a", "Content-Length: 3").text("12");
      RawResponse answer = connection.finish().response();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains(NOTHING_CHANGED);
    }
    assertThat(value("a")).isEqualTo("0");
  }

  @Test
  void message_thatIsNone_is400_andOneWithoutLength411() throws IOException {
    assertThat(actor.post("/peer", "no message").status()).isEqualTo(400);
    assertThat(chunked("/peer", "no message")).startsWith("411 ");
    assertThat(actor.post("/peer", "").status()).isEqualTo(411);
    try (RawHttp connection = actor.connect()) {
      connection.request("POST", "/peer", "Content-Length: 8388609", "Expect: 100-continue");
      assertThat(connection.response().status()).isEqualTo(413);
    }
  }
}
