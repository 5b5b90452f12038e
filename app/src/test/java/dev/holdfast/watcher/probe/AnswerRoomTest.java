package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Site;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sites that send all but a body: heads, trailers, URLs. All of them share one room. */
final class AnswerRoomTest {
  private static final int ROOM_BYTES = 1 << 20;

  /** Half a line is as long as it may be. */
  private static final int LINE = 15 << 10;

  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static ProbeFixture start() throws Exception {
    return ProbeFixture.start(ProbeOptions.DEFAULT.withBodyBytesMax(ROOM_BYTES));
  }

  /** Checks a URL many times at once, and returns the first result. */
  private static Measured firstOf(ProbeFixture fixture, int checks, URI url) throws Exception {
    List<CompletableFuture<Measured>> begun = new ArrayList<>();
    for (int i = 0; i < checks; i++) {
      begun.add(fixture.begin(Ask.of(url).endpoint()));
    }
    var first = CompletableFuture.anyOf(begun.toArray(CompletableFuture[]::new));
    return (Measured) first.get(Patience.STEP_S, TimeUnit.SECONDS);
  }

  private static void assertNoMemory(ProbeFixture fixture, Measured measured) {
    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.AGENT);
    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.AGENT_MEMORY);
    assertThat(fixture.probe.bodyBytes()).isLessThanOrEqualTo(ROOM_BYTES);
  }

  private static void assertBad(Measured measured) {
    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.BAD_RESPONSE);
  }

  @Test
  void headsThatDoNotEnd_takeAllTheMemory() throws Exception {
    try (ProbeFixture fixture = start()) {
      fixture.farm.with("half", Sites.halfHead(12, LINE));

      assertNoMemory(fixture, firstOf(fixture, 8, fixture.farm.url("half")));
    }
  }

  @Test
  void linesThatDoNotEnd_takeAllTheMemory() throws Exception {
    try (ProbeFixture fixture = start()) {
      fixture.farm.with("half", Sites.halfHead(0, LINE));

      assertNoMemory(fixture, firstOf(fixture, 40, fixture.farm.url("half")));
    }
  }

  @Test
  void trailersThatDoNotEnd_takeAllTheMemory() throws Exception {
    try (ProbeFixture fixture = start()) {
      fixture.farm.with(
          "half",
          caller -> {
            caller.send(CHUNKED + "1\r\nx\r\n0\r\n" + Sites.fields(12, LINE));
            caller.hang();
          });

      assertNoMemory(fixture, firstOf(fixture, 8, fixture.farm.url("half")));
    }
  }

  @Test
  void headsByHttp2_thatDoNotEnd_takeAllTheMemory() throws Exception {
    try (ProbeFixture fixture = start()) {
      URI url = fixture.farm.tlsUrl(Farm.Name.H2_HALF_HEAD, "");

      assertNoMemory(fixture, firstOf(fixture, 8, url));
    }
  }

  /** They are kept while the body comes. */
  @Test
  void headsOfHangingBodies_takeAllTheMemory() throws Exception {
    try (ProbeFixture fixture = start()) {
      fixture.farm.with(
          "body",
          caller -> {
            caller.send("HTTP/1.1 200 OK\r\n" + Sites.fields(12, LINE));
            caller.send("Content-Length: 5\r\n\r\n");
            caller.hang();
          });

      assertNoMemory(fixture, firstOf(fixture, 8, fixture.farm.url("body")));
    }
  }

  @Test
  void urlsOfRedirects_takeAllTheMemory() throws Exception {
    try (ProbeFixture fixture = start()) {
      fixture.farm.with("silent", Sites.silent());
      String far = "/silent?" + "q".repeat(Redirects.URL_LENGTH_MAX - 100);
      fixture.farm.with("far", Sites.redirect(302, far));

      assertNoMemory(fixture, firstOf(fixture, 40, fixture.farm.url("far")));
    }
  }

  /** One site has not all the room. */
  @Test
  void largeHead_isBad() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      String twenty = Sites.fields(20, LINE);
      Site large = Sites.status(200, twenty);
      Site trailers = caller -> caller.send(CHUNKED + "1\r\nx\r\n0\r\n" + twenty + "\r\n");
      Site interim =
          caller -> {
            for (int i = 0; i < 5; i++) {
              caller.send("HTTP/1.1 103 Early Hints\r\n" + Sites.fields(5, LINE) + "\r\n");
            }
            caller.send(Sites.answer(200, "", "x"));
          };
      fixture.farm.with("large", large).with("trailers", trailers).with("interim", interim);

      assertBad(fixture.check(Ask.of(fixture.farm.url("large"))));
      assertBad(fixture.check(Ask.of(fixture.farm.url("trailers"))));
      assertBad(fixture.check(Ask.of(fixture.farm.url("interim"))));
      assertBad(fixture.check(Ask.of(fixture.farm.tlsUrl(Farm.Name.H2_PINGS, ""))));
    }
  }

  /** The lines before the chunks are not kept, however many there are. */
  @Test
  void manyChunks_areNoHead() throws Exception {
    try (ProbeFixture fixture = start()) {
      String chunk = "1;extension=\"" + "e".repeat(100) + "\"\r\nx\r\n";
      fixture.farm.with(
          "chunks", caller -> caller.send(CHUNKED + chunk.repeat(10_000) + "0\r\n\r\n"));

      Measured measured = fixture.check(Ask.of(fixture.farm.url("chunks")).must("^x+$"));

      assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
      assertThat(measured.answer().bodyBytes()).isEqualTo(10_000);
      Await.until("all room is free", () -> fixture.probe.bodyBytes() == 0);
    }
  }

  @Test
  void urlOfARedirect_hasABound_andIsStoredCut() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture
          .farm
          .with("far", Sites.redirect(302, "/" + "p".repeat(Redirects.URL_LENGTH_MAX)))
          .with("long", Sites.redirect(302, "/page/" + "p".repeat(3_000)))
          .with("page", Sites.page("hello"));

      Measured far = fixture.check(Ask.of(fixture.farm.url("far")));
      Measured followed = fixture.check(Ask.of(fixture.farm.url("long")));

      assertThat(far.reason()).as(far.toString()).isEqualTo(Reason.BAD_REDIRECT);
      assertThat(followed.outcome()).as(followed.toString()).isEqualTo(Outcome.UP);
      assertThat(followed.answer().hops())
          .singleElement()
          .satisfies(hop -> assertThat(hop).hasSize(CheckResult.HOP_LENGTH_MAX).endsWith("p…"));
      Await.until("all room is free", () -> fixture.probe.bodyBytes() == 0);
    }
  }

  /** Nobody asked for it, and nobody would ever read it. */
  @Test
  void headOnAKeptConnection_endsIt() throws Exception {
    var ended = new CompletableFuture<Void>();
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture.farm.with(
          "kept",
          caller -> {
            caller.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            Await.until("the connection is kept", () -> fixture.probe.kept() == 1);
            try {
              caller.send("HTTP/1.1 200 OK\r\n" + Sites.fields(3, LINE));
              caller.hang();
            } finally {
              ended.complete(null);
            }
          });

      Measured measured = fixture.check(Ask.of(fixture.farm.url("kept")).reusing());

      assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
      ended.get(Patience.STEP_S, TimeUnit.SECONDS);
    }
  }
}
