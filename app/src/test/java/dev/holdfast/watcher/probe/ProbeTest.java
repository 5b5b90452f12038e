package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sites answer, and what a check makes of it. */
final class ProbeTest {
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.start();
    farm = fixture.farm;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void check_page() throws Exception {
    farm.with("page", Sites.page("hello"));

    Measured measured = fixture.check(Ask.of(farm.url("page")));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.reason()).isEqualTo(Reason.NONE);
    assertThat(measured.answer().status()).isEqualTo(OptionalInt.of(200));
    assertThat(measured.answer().address()).contains("127.0.0.1");
    assertThat(measured.answer().protocol()).contains("HTTP/1.1");
    assertThat(measured.answer().bodyBytes()).isEqualTo(5);
    assertThat(measured.answer().certificateEnds()).isEmpty();
    for (Phase phase : Phase.values()) {
      boolean isReached = phase != Phase.DNS && phase != Phase.TLS;
      assertThat(measured.answer().phases().micros(phase).isPresent())
          .as(phase.toString())
          .isEqualTo(isReached);
    }
    Await.until("the farm has seen it", () -> farm.seen("page").size() == 1);
    Seen seen = farm.seen("page").getFirst();
    assertThat(seen.head())
        .startsWith("GET /page HTTP/1.1\r\n")
        .contains("\r\nHost: " + farm.url("page").getAuthority() + "\r\n")
        .contains("\r\nConnection: close\r\n")
        .contains("\r\nUser-Agent: holdfast-watch\r\n");
  }

  @Test
  void check_pageByName() throws Exception {
    farm.with("page", Sites.page("hello"));

    Measured measured = fixture.check(Ask.of(farm.url("good.test", "page?q=1#f")));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().phases().micros(Phase.DNS)).isPresent();
  }

  @Test
  void check_post() throws Exception {
    farm.with("post", Sites.page("thanks"));

    Measured measured =
        fixture.check(
            Ask.of(farm.url("post"))
                .method("POST")
                .header("Content-Type", "text/plain")
                .header("X-Key", "k-${env:TOKEN}")
                .basic("user", "${env:TOKEN}")
                .body("a body with ${env:TOKEN}"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    Await.until("the farm has seen it", () -> farm.seen("post").size() == 1);
    Seen seen = farm.seen("post").getFirst();
    assertThat(seen.body()).isEqualTo("a body with t0ken");
    assertThat(seen.head())
        .startsWith("POST /post HTTP/1.1\r\n")
        .contains("\r\nContent-Type: text/plain\r\n")
        .contains("\r\nX-Key: k-t0ken\r\n")
        .contains("\r\nAuthorization: Basic dXNlcjp0MGtlbg==\r\n");
  }

  @Test
  void check_largePost() throws Exception {
    farm.with("post", Sites.page("thanks"));
    String body = "0123456789".repeat(100_000);

    Measured measured = fixture.check(Ask.of(farm.url("post")).method("POST").body(body));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    Await.until("the farm has seen it", () -> farm.seen("post").size() == 1);
    assertThat(farm.seen("post").getFirst().body()).isEqualTo(body);
  }

  @Test
  void check_missingSecret() throws Exception {
    Measured measured = fixture.check(Ask.of(farm.url("page")).basic("user", "${env:NOT_THERE}"));

    assertThat(measured.outcome()).isEqualTo(Outcome.AGENT);
    assertThat(measured.detail()).contains("NOT_THERE");
    assertThat(farm.seen("page")).isEmpty();
  }

  @Test
  void check_lineEndInAField() throws Exception {
    Measured measured = fixture.check(Ask.of(farm.url("page")).header("X-Key", "a\r\nX-Other: b"));

    assertThat(measured.outcome()).isEqualTo(Outcome.AGENT);
    assertThat(measured.detail()).contains("X-Key").doesNotContain("X-Other");
    assertThat(farm.seen("page")).isEmpty();
  }

  @Test
  void check_expectContinue() throws Exception {
    farm.with("post", Sites.page("thanks"));

    Measured measured =
        fixture.check(
            Ask.of(farm.url("post")).method("POST").header("Expect", "100-continue").body("body"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  @Test
  void check_head() throws Exception {
    farm.with("head", caller -> caller.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));

    Measured measured = fixture.check(Ask.of(farm.url("head")).method("HEAD"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().bodyBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 500, 502, 503})
  void check_status(int status) throws Exception {
    farm.with("status", Sites.status(status, ""));

    Measured measured = fixture.check(Ask.of(farm.url("status")));

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).isEqualTo(Reason.STATUS);
    assertThat(measured.detail()).contains("" + status);
    assertThat(measured.answer().status()).isEqualTo(OptionalInt.of(status));
  }

  @Test
  void check_expectedStatus() throws Exception {
    farm.with("status", Sites.status(404, ""));

    assertThat(fixture.check(Ask.of(farm.url("status")).statuses("404,410")).outcome())
        .isEqualTo(Outcome.UP);
  }

  /** Edge case 21. */
  @Test
  void check_retryAfter() throws Exception {
    farm.with("busy", Sites.status(503, "Retry-After: 120\r\n"));
    farm.with("many", Sites.status(429, ""));

    Measured busy = fixture.check(Ask.of(farm.url("busy")));
    Measured many = fixture.check(Ask.of(farm.url("many")));

    assertThat(busy.outcome()).isEqualTo(Outcome.DEGRADED);
    assertThat(busy.reason()).isEqualTo(Reason.RETRY_LATER);
    assertThat(busy.retryAfterMs()).isEqualTo(OptionalLong.of(120_000));
    assertThat(many.outcome()).isEqualTo(Outcome.DEGRADED);
    assertThat(many.retryAfterMs()).isEmpty();
  }

  @Test
  void check_chunks() throws Exception {
    farm.with("chunks", Sites.chunks("one ", "two ", "three"));

    Measured measured = fixture.check(Ask.of(farm.url("chunks")).text("one two three"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().bodyBytes()).isEqualTo(13);
  }

  @Test
  void check_bodyThatEndsWithTheConnection() throws Exception {
    farm.with("close", Sites.withoutLength("all of it"));

    Measured measured = fixture.check(Ask.of(farm.url("close")).text("all of it"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  @Test
  void check_interimAnswer() throws Exception {
    farm.with("early", Sites.earlyHints("page"));

    Measured measured = fixture.check(Ask.of(farm.url("early")).text("page"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  /** Edge cases 7 and 8. */
  @Test
  void check_cutBody() throws Exception {
    farm.with("cut", Sites.cut());
    farm.with("long", Sites.tooLongLength());
    farm.with("chunks", Sites.cutChunks());

    for (String site : new String[] {"cut", "long", "chunks"}) {
      Measured measured = fixture.check(Ask.of(farm.url(site)));

      assertThat(measured.outcome()).as(site + measured).isEqualTo(Outcome.DOWN);
      assertThat(measured.reason()).as(site + measured).isEqualTo(Reason.BODY_CUT);
      assertThat(measured.answer().status()).isEqualTo(OptionalInt.of(200));
      assertThat(measured.answer().phases().micros(Phase.FIRST_BYTE)).isPresent();
      assertThat(measured.answer().phases().micros(Phase.TRANSFER)).isEmpty();
    }
  }

  @Test
  void check_moreThanTheLength() throws Exception {
    farm.with("short", Sites.tooShortLength());

    Measured measured = fixture.check(Ask.of(farm.url("short")).text("half"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().bodyBytes()).isEqualTo(4);
  }

  @Test
  void check_nothing() throws Exception {
    farm.with("nothing", Sites.nothing());

    Measured measured = fixture.check(Ask.of(farm.url("nothing")));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.NO_RESPONSE);
    assertThat(measured.answer().phases().micros(Phase.CONNECT)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.FIRST_BYTE)).isEmpty();
  }

  /** Edge case 12. */
  @Test
  void check_endlessHead() throws Exception {
    farm.with("fields", Sites.endlessFields());
    farm.with("line", Sites.endlessLine());
    farm.with("interim", Sites.endlessInterim());
    farm.with("garbage", Sites.garbage());

    for (String site : new String[] {"fields", "line", "interim", "garbage"}) {
      Measured measured = fixture.check(Ask.of(farm.url(site)));

      assertThat(measured.outcome()).as(site + measured).isEqualTo(Outcome.DOWN);
      assertThat(measured.reason()).as(site + measured).isEqualTo(Reason.BAD_RESPONSE);
    }
  }

  /** Edge case 9. */
  @Test
  void check_endlessBody() throws Exception {
    farm.with("endless", Sites.endlessBody());

    Measured measured = fixture.check(Ask.of(farm.url("endless")));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.flags()).contains(Flag.TRUNCATED);
    assertThat(measured.answer().bodyBytes()).isEqualTo(1 << 20);
  }

  /** Edge case 10. */
  @Test
  void check_patternBehindTheBound() throws Exception {
    farm.with("late", Sites.page("x".repeat(5_000) + "needle"));

    Measured before = fixture.check(Ask.of(farm.url("late")).must("needle").bodyBytesMax(5_000));
    Measured within = fixture.check(Ask.of(farm.url("late")).must("needle").bodyBytesMax(5_006));

    assertThat(before.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(before.reason()).isEqualTo(Reason.PATTERN_MISSING);
    assertThat(before.detail()).contains("in the first 5000 bytes").contains("needle");
    assertThat(before.flags()).contains(Flag.TRUNCATED);
    assertThat(within.outcome()).as(within.toString()).isEqualTo(Outcome.UP);
    assertThat(within.flags()).isEmpty();
  }

  /** Edge case 11. */
  @Test
  void check_bomb() throws Exception {
    farm.with("bomb", Sites.bomb(64));

    Measured measured = fixture.check(Ask.of(farm.url("bomb")));
    Measured searched = fixture.check(Ask.of(farm.url("bomb")).must("needle"));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.TOO_LARGE);
    assertThat(searched.reason()).as(searched.toString()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void check_encodedPage() throws Exception {
    byte[] page = "<p>the needle</p>".repeat(100).getBytes(StandardCharsets.UTF_8);
    farm.with("gzip", Sites.gzip(page)).with("deflate", Sites.deflate(page));

    for (String site : new String[] {"gzip", "deflate"}) {
      Measured measured = fixture.check(Ask.of(farm.url(site)).must("the needle"));

      assertThat(measured.outcome()).as(site + measured).isEqualTo(Outcome.UP);
      assertThat(measured.answer().bodyBytes()).isEqualTo(page.length);
    }
  }

  @Test
  void check_noGzip() throws Exception {
    farm.with("no-gzip", Sites.noGzip());

    Measured measured = fixture.check(Ask.of(farm.url("no-gzip")));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.BAD_ENCODING);
  }

  /** Of those under the numbers: 204 with a pattern. */
  @Test
  void check_patternWithoutBody() throws Exception {
    farm.with("empty", Sites.status(204, ""));

    Measured must = fixture.check(Ask.of(farm.url("empty")).must("needle"));
    Measured mustNot = fixture.check(Ask.of(farm.url("empty")).mustNot("needle"));

    assertThat(must.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(must.reason()).isEqualTo(Reason.NO_BODY);
    assertThat(mustNot.outcome()).isEqualTo(Outcome.UP);
  }

  /** Of those under the numbers: an umlaut in ISO-8859-1. */
  @Test
  void check_umlautInLatin1() throws Exception {
    farm.with("latin1", Sites.latin1("Straße in Köln"));

    Measured measured = fixture.check(Ask.of(farm.url("latin1")).must("K.ln").text("Köln"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  @Test
  void check_forbiddenPatternAndMissingText() throws Exception {
    farm.with("page", Sites.page("an error occurred"));

    Measured present = fixture.check(Ask.of(farm.url("page")).mustNot("error"));
    Measured missing = fixture.check(Ask.of(farm.url("page")).text("welcome"));

    assertThat(present.reason()).isEqualTo(Reason.PATTERN_PRESENT);
    assertThat(missing.reason()).isEqualTo(Reason.TEXT_MISSING);
  }

  @Test
  void check_refused() throws Exception {
    URI url = URI.create("http://127.0.0.1:" + FreePorts.one() + "/");

    Measured measured = fixture.check(Ask.of(url));

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.CONNECT_REFUSED);
    assertThat(measured.answer().phases().micros(Phase.CONNECT)).isEmpty();
    assertThat(measured.answer().address()).contains("127.0.0.1");
  }

  @Test
  void check_serverClosesFirst() throws Exception {
    farm.with("page", Sites.page("hello"));
    for (int i = 0; i < 20; i++) {
      assertThat(fixture.check(Ask.of(farm.url("page"))).outcome()).isEqualTo(Outcome.UP);
    }

    Await.until("no connection is left open", () -> fixture.probe.lingering() == 0);
  }

  @Test
  void check_manyAtOnce() throws Exception {
    farm.with("page", Sites.page("hello"));
    var first = fixture.begin(Ask.of(farm.url("page")).endpoint());
    var all = first.thenApply(measured -> 1);
    for (int i = 1; i < 300; i++) {
      all =
          all.thenCombine(
              fixture.begin(Ask.of(farm.url("page")).endpoint()),
              (count, measured) -> count + (measured.outcome() == Outcome.UP ? 1 : 0));
    }
    assertThat(all.get()).isEqualTo(300);
  }
}
