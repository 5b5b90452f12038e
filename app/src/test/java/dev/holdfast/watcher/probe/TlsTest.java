package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawServer;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates, and HTTP/2. */
final class TlsTest {
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
  void check_good() throws Exception {
    Measured measured = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "page")).text("hello"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().protocol()).contains("HTTP/1.1");
    assertThat(measured.answer().certificateEnds()).isPresent();
    for (Phase phase : Phase.values()) {
      assertThat(measured.answer().phases().micros(phase)).as(phase.toString()).isPresent();
    }
  }

  /** Edge case 17. */
  @ParameterizedTest
  @CsvSource({
    "EXPIRED,TLS_EXPIRED",
    "NOT_YET,TLS_NOT_YET_VALID",
    "WRONG_NAME,TLS_WRONG_NAME",
    "UNKNOWN,TLS_UNKNOWN_CA",
    "INCOMPLETE,TLS_INCOMPLETE_CHAIN"
  })
  void check_badCertificate(Farm.Name name, Reason reason) throws Exception {
    Measured measured = fixture.check(Ask.of(farm.tlsUrl(name, "page")));
    Measured unverified = fixture.check(Ask.of(farm.tlsUrl(name, "page")).notVerifying());

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).as(measured.toString()).isEqualTo(reason);
    assertThat(measured.answer().phases().micros(Phase.DNS)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.CONNECT)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.TLS)).isEmpty();
    assertThat(unverified.outcome()).as(unverified.toString()).isEqualTo(Outcome.UP);
    Await.until("one request came", () -> farm.seen("page").size() == 1);
  }

  /** Edge case 18. */
  @Test
  void check_intermediateEndsSoon() throws Exception {
    Measured soon = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.ENDS_SOON, "page")).days(14));
    Measured fine = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.ENDS_SOON, "page")).days(3));

    assertThat(soon.outcome()).isEqualTo(Outcome.DEGRADED);
    assertThat(soon.reason()).isEqualTo(Reason.CERTIFICATE_ENDS_SOON);
    assertThat(soon.detail()).contains("Farm Short Intermediate").contains("4 days");
    assertThat(fine.outcome()).as(fine.toString()).isEqualTo(Outcome.UP);
  }

  @Test
  void check_handshakeWithSomethingElse() throws Exception {
    try (var mail = new RawServer((client, _) -> client.send("220 mail.test ESMTP\r\n"))) {
      URI url = URI.create(mail.uri().toString().replace("http:", "https:"));

      Measured measured = fixture.check(Ask.of(url));

      assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.TLS_FAILURE);
      assertThat(measured.answer().phases().micros(Phase.CONNECT)).isPresent();
    }
  }

  @Test
  void check_neverResumes() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "page"))).outcome())
          .isEqualTo(Outcome.UP);
    }

    Await.until("the farm has seen them", () -> farm.seen("page").size() == 3);
    assertThat(farm.seen("page")).noneMatch(Seen::isResumed);
  }

  @Test
  void check_http2() throws Exception {
    Measured measured =
        fixture.check(
            Ask.of(farm.tlsUrl(Farm.Name.H2, "page"))
                .header("X-Key", "${env:TOKEN}")
                .text(Farm.H2_PAGE));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.answer().protocol()).contains("HTTP/2");
    assertThat(measured.answer().bodyBytes()).isEqualTo(Farm.H2_PAGE.length());
    for (Phase phase : Phase.values()) {
      assertThat(measured.answer().phases().micros(phase)).as(phase.toString()).isPresent();
    }
  }

  @Test
  void check_http2Post() throws Exception {
    Measured measured =
        fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2, "page")).method("POST").body("a body"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  @Test
  void check_http2Cut() throws Exception {
    Measured reset = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2_RESET, "page")));
    Measured half = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2_HALF, "page")));

    assertThat(reset.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(reset.reason()).as(reset.toString()).isEqualTo(Reason.NO_RESPONSE);
    assertThat(half.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(half.reason()).as(half.toString()).isEqualTo(Reason.BODY_CUT);
  }

  @Test
  void check_http2Silent() throws Exception {
    Measured measured =
        fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2_SILENT, "page")).timeoutMs(1_000));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.RESPONSE_TIMEOUT);
    assertThat(measured.answer().phases().micros(Phase.TLS)).isPresent();
  }
}
