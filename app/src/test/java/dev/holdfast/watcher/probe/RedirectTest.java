package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects, and what goes along with them. */
final class RedirectTest {
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.start();
    farm = fixture.farm;
    farm.with("page", Sites.page("hello"));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void follow_relative() throws Exception {
    farm.with("old", Sites.redirect(301, "page?secret=1#part"));

    Measured measured = fixture.check(Ask.of(farm.url("old")).text("hello"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().hops()).containsExactly(farm.url("page").toString());
    assertThat(measured.answer().status()).isEqualTo(OptionalInt.of(200));
    Await.until("the farm has seen it", () -> farm.seen("page").size() == 1);
    assertThat(farm.seen("page").getFirst().head()).startsWith("GET /page?secret=1 HTTP/1.1\r\n");
  }

  @Test
  void follow_notWanted() throws Exception {
    farm.with("old", Sites.redirect(301, "/page"));

    Measured refused = fixture.check(Ask.of(farm.url("old")).notFollowing());
    Measured expected = fixture.check(Ask.of(farm.url("old")).notFollowing().statuses("301"));

    assertThat(refused.reason()).isEqualTo(Reason.STATUS);
    assertThat(expected.outcome()).isEqualTo(Outcome.UP);
    assertThat(farm.seen("page")).isEmpty();
  }

  /** Edge case 13. */
  @Test
  void follow_loop() throws Exception {
    farm.with("a", Sites.redirect(302, "/b")).with("b", Sites.redirect(302, "/a"));

    Measured measured = fixture.check(Ask.of(farm.url("a")));

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).isEqualTo(Reason.REDIRECT_LOOP);
    assertThat(measured.answer().hops())
        .containsExactly(farm.url("b").toString(), farm.url("a").toString());
  }

  /** Edge case 13. */
  @Test
  void follow_fiveHopsAndSix() throws Exception {
    for (int i = 1; i <= 6; i++) {
      farm.with("hop" + i, Sites.redirect(302, i == 6 ? "/page" : "/hop" + (i + 1)));
    }

    Measured five = fixture.check(Ask.of(farm.url("hop2")));
    Measured six = fixture.check(Ask.of(farm.url("hop1")));

    assertThat(five.outcome()).as(five.toString()).isEqualTo(Outcome.UP);
    assertThat(five.answer().hops()).hasSize(5);
    assertThat(six.reason()).isEqualTo(Reason.TOO_MANY_REDIRECTS);
    assertThat(six.answer().hops()).hasSize(6);
  }

  /** Edge case 14. No packet: nothing was connected to but the farm. */
  @Test
  void follow_toMetadata() throws Exception {
    farm.with("evil", Sites.redirect(302, "http://169.254.169.254/latest/meta-data/"));

    Measured measured =
        fixture.check(Ask.of(farm.url("evil")).nets("127.0.0.0/8", "169.254.0.0/16"));

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(measured.detail()).contains("169.254.169.254");
    assertThat(measured.answer().address()).contains("127.0.0.1");
    assertThat(measured.answer().hops()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://[broken",
        "http://[broken?token=secret",
        "http://user:secret@my_host.test/",
        "",
        "http:///x"
      })
  void follow_badLocation(String location) throws Exception {
    farm.with("bad", Sites.redirect(302, location));

    Measured measured = fixture.check(Ask.of(farm.url("bad")));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.BAD_REDIRECT);
    assertThat(measured.toString()).doesNotContain("secret");
  }

  @Test
  void follow_sloppyLocation() throws Exception {
    fixture.dns.with("my_host.test", 60, "127.0.0.1");
    farm.with("sloppy", Sites.redirect(302, "/page?a b|c#part"))
        .with("host", Sites.redirect(302, farm.url("my_host.test", "page").toString()));

    Measured encoded = fixture.check(Ask.of(farm.url("sloppy")));
    Measured host = fixture.check(Ask.of(farm.url("host")));

    assertThat(encoded.outcome()).as(encoded.toString()).isEqualTo(Outcome.UP);
    assertThat(host.outcome()).as(host.toString()).isEqualTo(Outcome.UP);
    Await.until("the farm has seen both", () -> farm.seen("page").size() == 2);
    assertThat(farm.seen("page").getFirst().head()).startsWith("GET /page?a%20b%7Cc HTTP/1.1\r\n");
  }

  @Test
  void follow_withoutLocation() throws Exception {
    farm.with("bare", Sites.status(302, ""));

    assertThat(fixture.check(Ask.of(farm.url("bare"))).reason()).isEqualTo(Reason.BAD_REDIRECT);
  }

  @ParameterizedTest
  @CsvSource({
    "301,POST,GET",
    "302,POST,GET",
    "303,POST,GET",
    "307,POST,POST",
    "308,POST,POST",
    "301,PUT,PUT",
    "303,PUT,GET",
    "303,HEAD,HEAD"
  })
  void follow_method(int status, String method, String then) throws Exception {
    farm.with("old", Sites.redirect(status, "/page"));
    Ask ask = Ask.of(farm.url("old")).method(method);

    fixture.check(method.equals("HEAD") ? ask : ask.body("the body"));

    Await.until("the farm has seen it", () -> farm.seen("page").size() == 1);
    Seen seen = farm.seen("page").getFirst();
    assertThat(seen.head()).startsWith(then + " /page ");
    assertThat(seen.body())
        .isEqualTo(then.equals(method) && !then.equals("HEAD") ? "the body" : "");
  }

  @Test
  void follow_secretsStayAtHome() throws Exception {
    farm.with("home", Sites.redirect(302, "/page"))
        .with("away", Sites.redirect(302, farm.url("good.test", "page").toString()));
    for (String site : new String[] {"home", "away"}) {
      fixture.check(
          Ask.of(farm.url(site))
              .basic("user", "password")
              .header("X-Key", "${env:TOKEN}")
              .header("Cookie", "a=b")
              .header("Host", "named.test")
              .header("X-Plain", "plain"));
    }

    Await.until("the farm has seen both", () -> farm.seen("page").size() == 2);
    Seen home = farm.seen("page").getFirst();
    Seen away = farm.seen("page").getLast();
    for (String field : new String[] {"authorization", "x-key", "cookie"}) {
      assertThat(home.hasField(field)).as(field).isTrue();
      assertThat(away.hasField(field)).as(field).isFalse();
    }
    assertThat(home.head()).contains("\r\nHost: named.test\r\n");
    assertThat(away.head()).contains("\r\nHost: good.test:").contains("\r\nX-Plain: plain\r\n");
  }

  @Test
  void follow_secretBodyStaysAtHome() throws Exception {
    farm.with("away", Sites.redirect(307, farm.url("good.test", "page").toString()));

    Measured measured =
        fixture.check(Ask.of(farm.url("away")).method("POST").body("key=${env:TOKEN}"));

    assertThat(measured.reason()).isEqualTo(Reason.BAD_REDIRECT);
    assertThat(farm.seen("page")).isEmpty();
  }

  /** Edge case 16. */
  @Test
  void follow_toPlainHttp() throws Exception {
    farm.with("down", Sites.redirect(302, farm.url("good.test", "page").toString()));

    Measured followed =
        fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "down")).basic("user", "password"));
    Await.until("the farm has seen it", () -> farm.seen("page").size() == 1);
    Measured required = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "down")).requiringTls());

    assertThat(followed.outcome()).as(followed.toString()).isEqualTo(Outcome.UP);
    assertThat(followed.flags()).contains(Flag.DOWNGRADED);
    assertThat(farm.seen("page")).hasSize(1);
    assertThat(farm.seen("page").getFirst().hasField("authorization")).isFalse();
    assertThat(required.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(required.reason()).isEqualTo(Reason.NOT_TLS);
  }
}
