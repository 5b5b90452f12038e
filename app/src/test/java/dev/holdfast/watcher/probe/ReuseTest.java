package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.Caller;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Site;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints with {@code reuse: true}: one kept connection, and a new one if it is stale. */
final class ReuseTest {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private ProbeFixture fixture;

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private Farm start() throws Exception {
    fixture = ProbeFixture.start();
    return fixture.farm;
  }

  private Farm startManual() throws Exception {
    fixture = ProbeFixture.startManual();
    return fixture.farm;
  }

  /** A site that answers all requests of a connection, up to one that has another script. */
  private Site keeping(int answers, Site then) {
    return caller -> {
      boolean isFirst = connections.incrementAndGet() == 1;
      for (int request = 1; ; request++) {
        requests.incrementAndGet();
        if (isFirst && request > answers) {
          then.serve(caller);
          return;
        }
        caller.send(ANSWER);
        caller.readRequest();
      }
    };
  }

  private Site keeping() {
    return keeping(Integer.MAX_VALUE, Caller::hang);
  }

  private Measured up(URI url) throws Exception {
    return up(Ask.of(url).reusing());
  }

  private Measured up(Ask ask) throws Exception {
    Measured measured = fixture.check(ask.must("hello"));
    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    return measured;
  }

  private static void assertFresh(Measured measured) {
    assertThat(measured.flags()).doesNotContain(Flag.REUSED);
    assertThat(measured.answer().phases().micros(Phase.CONNECT)).isPresent();
  }

  private static void assertReused(Measured measured) {
    assertThat(measured.flags()).contains(Flag.REUSED);
    for (Phase phase : new Phase[] {Phase.DNS, Phase.CONNECT, Phase.TLS}) {
      assertThat(measured.answer().phases().micros(phase)).as(phase.name()).isEmpty();
    }
    assertThat(measured.answer().phases().micros(Phase.FIRST_BYTE)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.TRANSFER)).isPresent();
    assertThat(measured.answer().address()).hasValue("127.0.0.1");
  }

  @Test
  void check_again_goesToTheSameConnection() throws Exception {
    Farm farm = start().with("page", keeping());
    URI url = farm.url("good.test", "page");

    assertFresh(up(url));
    int asked = fixture.dns.asked("good.test");
    assertReused(up(url));
    assertReused(up(url));

    assertThat(connections).hasValue(1);
    assertThat(requests).hasValue(3);
    assertThat(fixture.dns.asked("good.test")).isEqualTo(asked);
    assertThat(fixture.probe.kept()).isEqualTo(1);
  }

  @Test
  void check_againWithTls_hasTheCertificate() throws Exception {
    Farm farm = start().with("page", keeping());
    URI url = farm.tlsUrl(Farm.Name.ENDS_SOON, "page");
    Measured first = fixture.check(Ask.of(url).reusing());

    Measured second = fixture.check(Ask.of(url).reusing());

    assertThat(first.reason()).isEqualTo(Reason.CERTIFICATE_ENDS_SOON);
    assertThat(second.reason()).isEqualTo(Reason.CERTIFICATE_ENDS_SOON);
    assertReused(second);
    assertThat(second.answer().certificateEnds()).isEqualTo(first.answer().certificateEnds());
    assertThat(connections).hasValue(1);
  }

  @Test
  void check_withoutReuse_neverDoes() throws Exception {
    Farm farm = start().with("page", keeping());

    assertFresh(up(Ask.of(farm.url("page"))));
    assertFresh(up(Ask.of(farm.url("page"))));

    assertThat(connections).hasValue(2);
    assertThat(fixture.probe.kept()).isZero();
  }

  /** The server closes the kept connection when the request is there. */
  @Test
  void staleConnection_isReplaced_andTheSiteIsUp() throws Exception {
    Farm farm = start().with("page", keeping(1, _ -> {}));
    URI url = farm.url("page");
    up(url);

    assertFresh(up(url));
    assertReused(up(url));

    assertThat(connections).hasValue(2);
    assertThat(requests).hasValue(4);
  }

  @Test
  void resetConnection_isReplaced_andTheSiteIsUp() throws Exception {
    Farm farm = start().with("page", keeping(1, Caller::reset));
    URI url = farm.tlsUrl(Farm.Name.GOOD, "page");
    up(url);

    Measured second = up(url);

    assertFresh(second);
    assertThat(second.answer().phases().micros(Phase.TLS)).isPresent();
    assertThat(connections).hasValue(2);
  }

  @Test
  void connectionThatTheServerClosesBetweenChecks_isReplaced() throws Exception {
    Farm farm =
        start()
            .with(
                "page",
                caller -> {
                  connections.incrementAndGet();
                  caller.send(ANSWER);
                });
    URI url = farm.url("page");
    up(url);
    Await.until("the server has closed", () -> farm.seen("page").size() == 1);

    assertFresh(up(url));

    assertThat(connections).hasValue(2);
  }

  /** As behind a gateway that has forgotten the connection. */
  @Test
  void silentConnection_hasHalfOfTheTime() throws Exception {
    Farm farm = startManual().with("page", keeping(1, Caller::hang));
    URI url = farm.url("page");
    up(url);

    CompletableFuture<Measured> second = fixture.begin(Ask.of(url).reusing().endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);
    Await.until("the site has the request", () -> requests.get() == 2);
    assertThat(second).isNotDone();
    fixture.advanceMs(30_500);

    Measured measured = second.get();
    assertThat(measured.outcome()).isEqualTo(Outcome.UP);
    assertFresh(measured);
    assertThat(measured.answer().phases().micros(Phase.WAIT).orElseThrow())
        .as("the lost time is no phase of the site")
        .isGreaterThanOrEqualTo(30_000_000);
    assertThat(connections).hasValue(2);
  }

  /** A site that is silent on each connection is down, once its time is over. */
  @Test
  void siteThatIsSilent_isDown() throws Exception {
    Farm farm = startManual().with("page", keeping(1, Caller::hang));
    URI url = farm.url("page");
    up(url);
    farm.with("page", Sites.silent());

    CompletableFuture<Measured> second = fixture.begin(Ask.of(url).reusing().endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);
    Await.until("the site has the request", () -> requests.get() == 2);
    fixture.advanceMs(30_500);
    fixture.awaitStage(Marks.Stage.RESPONSE);
    assertThat(second).isNotDone();
    fixture.advanceMs(30_000);

    assertThat(second.get().reason()).isEqualTo(Reason.RESPONSE_TIMEOUT);
  }

  @Test
  void answerThatIsCut_isNoStaleConnection() throws Exception {
    String half = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe";
    Farm farm = start().with("page", keeping(1, caller -> caller.send(half)));
    URI url = farm.url("page");
    up(url);

    Measured second = fixture.check(Ask.of(url).reusing());

    assertThat(second.reason()).isEqualTo(Reason.BODY_CUT);
    assertThat(second.flags()).contains(Flag.REUSED);
    assertThat(connections).hasValue(1);
  }

  @Test
  void post_hasAConnectionOfItsOwn() throws Exception {
    Farm farm = start().with("page", keeping());
    Ask post = Ask.of(farm.url("page")).reusing().method("POST").body("a");

    assertFresh(up(post));
    assertFresh(up(post));

    assertThat(connections).hasValue(2);
    assertThat(fixture.probe.kept()).isZero();
  }

  @Test
  void serverThatSaysClose_isBelieved() throws Exception {
    Farm farm = start().with("page", Sites.page("hello"));

    up(farm.url("page"));

    assertThat(fixture.probe.kept()).isZero();
    assertFresh(up(farm.url("page")));
  }

  @Test
  void bodyBeyondItsBound_endsTheConnection() throws Exception {
    Farm farm = start().with("page", keeping());
    Ask ask = Ask.of(farm.url("page")).reusing().bodyBytesMax(2);

    assertThat(fixture.check(ask).flags()).contains(Flag.TRUNCATED);
    assertFresh(fixture.check(ask));

    assertThat(fixture.probe.kept()).isZero();
  }

  @Test
  void http2_isNotKept() throws Exception {
    Farm farm = start();

    Measured measured = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2, "page")).reusing());

    assertThat(measured.answer().protocol()).hasValue("HTTP/2");
    assertThat(fixture.probe.kept()).isZero();
  }

  /** A list that no longer allows the net is obeyed at once. */
  @Test
  void addressThatIsForbiddenNow_getsNoRequest() throws Exception {
    Farm farm = start().with("page", keeping());
    up(farm.url("page"));

    Measured measured = fixture.check(Ask.of(farm.url("page")).reusing().nets());

    assertThat(measured.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(requests).hasValue(1);
    assertThat(fixture.probe.kept()).isZero();
  }

  @Test
  void connectionThatNobodyTakes_isClosed() throws Exception {
    Farm farm = startManual().with("page", keeping());
    up(farm.url("page"));
    assertThat(fixture.probe.kept()).isEqualTo(1);

    fixture.advanceMs(60_000);
    assertThat(fixture.probe.kept()).as("after its interval").isEqualTo(1);
    fixture.advanceMs(11_000);

    assertThat(fixture.probe.kept()).isZero();
    Await.until("the server sees the end", () -> farm.seen("page").size() == 1);
  }
}
