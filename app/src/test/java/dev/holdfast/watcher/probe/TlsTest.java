package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawServer;
import dev.holdfast.testkit.farm.Authority;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.KeyKind;
import dev.holdfast.testkit.farm.Seen;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Certificates, and HTTP/2, with the cryptography of the JDK. All cases have one engine, one farm
 * and its keys.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
  private static final Duration LONG = Duration.ofDays(400);
  private static final String HOST = "keys.test";

  private Cryptography cryptography;
  private ProbeFixture fixture;
  private Farm farm;
  private int cases;

  /** The site of a case, which no other case asks. */
  private String page;

  /** Returns the cryptography of all cases. */
  Cryptography.Choice choice() {
    return Cryptography.Choice.JDK;
  }

  @BeforeAll
  void start() throws Exception {
    cryptography = Cryptography.start(choice());
    fixture = ProbeFixture.start();
    farm = fixture.farm;
  }

  @BeforeEach
  void begin() {
    page = "page" + ++cases;
    farm.with(page, Sites.page("hello"));
    farm.handshaking(_ -> {}); // as usual
  }

  @AfterAll
  void stop() throws Exception {
    fixture.close();
    cryptography.close();
  }

  @Test
  void check_good() throws Exception {
    Measured measured = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, page)).text("hello"));

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
    Measured measured = fixture.check(Ask.of(farm.tlsUrl(name, page)));
    Measured unverified = fixture.check(Ask.of(farm.tlsUrl(name, page)).notVerifying());

    assertThat(measured.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(measured.reason()).as(measured.toString()).isEqualTo(reason);
    assertThat(measured.answer().phases().micros(Phase.DNS)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.CONNECT)).isPresent();
    assertThat(measured.answer().phases().micros(Phase.TLS)).isEmpty();
    assertThat(unverified.outcome()).as(unverified.toString()).isEqualTo(Outcome.UP);
    Await.until("one request came", () -> farm.seen(page).size() == 1);
  }

  /** Edge case 18. */
  @Test
  void check_intermediateEndsSoon() throws Exception {
    Measured soon = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.ENDS_SOON, page)).days(14));
    Measured fine = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.ENDS_SOON, page)).days(3));

    assertThat(soon.outcome()).isEqualTo(Outcome.DEGRADED);
    assertThat(soon.reason()).isEqualTo(Reason.CERTIFICATE_ENDS_SOON);
    assertThat(soon.detail()).contains("Farm Short Intermediate").contains("4 days");
    assertThat(fine.outcome()).as(fine.toString()).isEqualTo(Outcome.UP);
  }

  /** A site may have a key of any kind, and so may the authorities above it. */
  @ParameterizedTest
  @EnumSource
  void check_everyKindOfKey_byEachVersion(KeyKind kind) throws Exception {
    serve(farm.authority().intermediate("Between", LONG, kind).identity(HOST, LONG));

    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      farm.handshaking(settings -> settings.setProtocols(new String[] {version}));
      Measured measured = fixture.check(Ask.of(farm.tlsUrl(HOST, page)).text("hello"));
      assertThat(measured.outcome()).as("%s: %s", version, measured).isEqualTo(Outcome.UP);
    }
  }

  /** The page takes several records. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
      })
  void check_everyCipher(String suite) throws Exception {
    farm.with("long", Sites.page("0123456789".repeat(20_000) + "the end"));
    farm.handshaking(settings -> settings.setCipherSuites(new String[] {suite}));

    Measured measured = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, "long")).text("the end"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x25519", "secp256r1", "secp384r1", "secp521r1", "ffdhe2048"})
  void check_everyGroup(String group) throws Exception {
    farm.handshaking(settings -> settings.setNamedGroups(new String[] {group}));

    Measured measured = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, page)));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  /** The certificate is good, and the site does not have its key. */
  @ParameterizedTest
  @EnumSource(names = {"P256", "P384", "ED25519", "RSA_2048", "RSA_PSS"})
  void check_keyOfSomebodyElse(KeyKind kind) throws Exception {
    Authority between = farm.authority().intermediate("Between", LONG, kind);
    Authority.Identity good = between.identity(HOST, LONG);
    serve(new Authority.Identity(between.identity(HOST, LONG).keys(), good.chain()));

    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      farm.handshaking(settings -> settings.setProtocols(new String[] {version}));
      Measured measured = fixture.check(Ask.of(farm.tlsUrl(HOST, page)).notVerifying());
      assertThat(measured.reason()).as("%s: %s", version, measured).isEqualTo(Reason.TLS_FAILURE);
    }
  }

  /** The certificate names an authority that has not signed it. */
  @ParameterizedTest
  @EnumSource(names = {"P256", "P384", "ED25519", "RSA_2048", "RSA_PSS"})
  void check_forgedCertificate(KeyKind kind) throws Exception {
    Authority between = farm.authority().intermediate("Between", LONG, kind);
    Authority.Identity forged =
        Authority.root("A Forger").intermediate("Between", LONG, kind).identity(HOST, LONG);
    serve(
        new Authority.Identity(
            forged.keys(), List.of(forged.chain().getFirst(), between.certificate())));

    Measured measured = fixture.check(Ask.of(farm.tlsUrl(HOST, page)));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.TLS_FAILURE);
    assertThat(measured.detail()).contains("signature check failed");
  }

  private void serve(Authority.Identity identity) {
    fixture.dns.with(HOST, 60, "127.0.0.1");
    farm.with(HOST, identity);
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
      assertThat(fixture.check(Ask.of(farm.tlsUrl(Farm.Name.GOOD, page))).outcome())
          .isEqualTo(Outcome.UP);
    }

    Await.until("the farm has seen them", () -> farm.seen(page).size() == 3);
    assertThat(farm.seen(page)).noneMatch(Seen::isResumed);
  }

  @Test
  void check_http2() throws Exception {
    Measured measured =
        fixture.check(
            Ask.of(farm.tlsUrl(Farm.Name.H2, page))
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
        fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2, page)).method("POST").body("a body"));

    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
  }

  @Test
  void check_http2Cut() throws Exception {
    Measured reset = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2_RESET, page)));
    Measured half = fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2_HALF, page)));

    assertThat(reset.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(reset.reason()).as(reset.toString()).isEqualTo(Reason.NO_RESPONSE);
    assertThat(half.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(half.reason()).as(half.toString()).isEqualTo(Reason.BODY_CUT);
  }

  @Test
  void check_http2Silent() throws Exception {
    Measured measured =
        fixture.check(Ask.of(farm.tlsUrl(Farm.Name.H2_SILENT, page)).timeoutMs(1_000));

    assertThat(measured.reason()).as(measured.toString()).isEqualTo(Reason.RESPONSE_TIMEOUT);
    assertThat(measured.answer().phases().micros(Phase.TLS)).isPresent();
  }
}
