package dev.holdfast.watcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.CheckRequest.Header;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import dev.holdfast.watcher.guard.AddressLiteral;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RoundTripTest {
  @Property(tries = 500)
  void listThatIsWritten_isReadBackEqual(@ForAll("lists") List<Endpoint> endpoints) {
    String text = WatchFile.write(endpoints);
    List<Endpoint> sorted = endpoints.stream().sorted(Comparator.comparing(Endpoint::id)).toList();
    assertThat(WatchFileTest.endpoints(text)).isEqualTo(sorted);
    assertThat(WatchFile.write(sorted)).isEqualTo(text);
  }

  @Provide
  Arbitrary<List<Endpoint>> lists() {
    return endpoints().list().ofMinSize(1).ofMaxSize(6).uniqueElements(Endpoint::id);
  }

  private static Arbitrary<Endpoint> endpoints() {
    Arbitrary<EndpointId> ids =
        Arbitraries.strings()
            .withChars("abcXYZ019._~:-")
            .ofMinLength(0)
            .ofMaxLength(EndpointId.NAME_LENGTH_MAX - 1)
            .map(text -> new EndpointId("e" + text));
    Arbitrary<String> groups = Arbitraries.of("", "", "a", "null", "#b: c", "ü 'x' \"y\"");
    Arbitrary<Timing> timings =
        Combinators.combine(
                Arbitraries.integers().between(5_000, 300_000),
                Arbitraries.integers().between(50, 60_000))
            .as(Timing::new);
    Arbitrary<Set<String>> locations = Arbitraries.of("a", "on", "1", "west-2").set().ofMaxSize(3);
    return Combinators.combine(
            ids, groups, timings, requests(), expectations(), reaches(), locations)
        .as(Endpoint::new)
        .map(RoundTripTest::consistent);
  }

  /** A GET has no body, and an answer to HEAD none to search. */
  private static Endpoint consistent(Endpoint endpoint) {
    CheckRequest request = endpoint.request();
    boolean isPost =
        request.body().isPresent()
            || (request.method().equals("HEAD") && endpoint.expectation().searchesBody());
    CheckRequest fitting =
        new CheckRequest(
            request.url(),
            isPost ? "POST" : request.method(),
            request.headers(),
            request.body(),
            request.credentials());
    return new Endpoint(
        endpoint.id(),
        endpoint.group(),
        endpoint.timing(),
        fitting,
        endpoint.expectation(),
        endpoint.reach(),
        endpoint.locations());
  }

  private static Arbitrary<CheckRequest> requests() {
    Arbitrary<URI> urls =
        Arbitraries.of(
                "https://a.example/",
                "https://a.example:8443/x?y=%20&z='\"",
                "https://xn--bcher-kva.example/a:b,c",
                "https://a.example/#".replace("#", "%23"))
            .map(text -> URI.create(text.replace("\"", "%22")));
    Arbitrary<Header> headers =
        Combinators.combine(
                Arbitraries.of("Accept", "x-null", "X_Y", "~", "'a'", "User-Agent", "*"),
                Arbitraries.of("", "1", "null", "a: b # c", "\"q\" \\ 'r'", "x ${env:T}", "true"))
            .as((name, value) -> new Header(name, new SecretText(value)));
    Arbitrary<Optional<SecretText>> bodies =
        texts().filter(text -> !text.contains("${")).map(SecretText::new).optional();
    Arbitrary<Credentials> credentials =
        Arbitraries.of(
            new Credentials.None(),
            new Credentials.Bearer(new SecretText("${file:/run/secrets/a b}")),
            new Credentials.Basic(new SecretText("u #1"), new SecretText("${env:PASSWORD}")),
            new Credentials.Basic(new SecretText("${env:U}"), new SecretText("${env:P_1}")));
    return Combinators.combine(
            urls,
            Arbitraries.of("GET", "HEAD", "POST", "OPTIONS"),
            headers
                .list()
                .ofMaxSize(4)
                .uniqueElements(header -> header.name().toLowerCase(Locale.ROOT)),
            bodies,
            credentials)
        .as(CheckRequest::new);
  }

  /** All that a text may have: line ends, quotes, controls, and what YAML takes as something. */
  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMinLength(1).ofMaxLength(30),
        Arbitraries.of(
            "null",
            "~",
            "true",
            "- a",
            "a: b",
            "#c",
            "\"",
            "'",
            "\\n",
            "\n",
            "\r\n",
            "\t",
            " a ",
            "\u0000\u0007\u0085\u2028\ufeff",
            new String(Character.toChars(0x1f600))));
  }

  private static Arbitrary<Expectation> expectations() {
    Arbitrary<PagePattern> patterns =
        Combinators.combine(
                Arbitraries.of("a+", "null", "\\d{2,3}", "[\"'#:]x", "ä|ö", "(?i)b c", "\\\\"),
                Arbitraries.of(Engine.class))
            .as(PagePattern::new);
    return Combinators.combine(
            Arbitraries.of("200", "200-299", "100-599", "200-204,301,400-404")
                .map(StatusSet::parse),
            patterns.list().ofMaxSize(3),
            patterns.list().ofMaxSize(3),
            texts().list().ofMaxSize(3),
            Arbitraries.integers().between(0, Expectation.CERTIFICATE_DAYS_MAX),
            Arbitraries.integers().between(1, Expectation.BODY_BYTES_LIMIT))
        .as(Expectation::new);
  }

  private static Arbitrary<Reach> reaches() {
    Arbitrary<Reach.Resolve> resolves =
        Arbitraries.of(
            new Reach.Resolve.Any(),
            new Reach.Resolve.Each(),
            new Reach.Resolve.Fixed(AddressLiteral.parse("192.0.2.7").orElseThrow()));
    Arbitrary<Boolean> is = Arbitraries.of(true, false);
    return Combinators.combine(
            resolves,
            Arbitraries.of(Reach.Family.ANY, Reach.Family.IPV4),
            is,
            is,
            is,
            is,
            Arbitraries.of("10.0.0.0/8", "0:0:0:0:0:0:0:1/128").list().ofMaxSize(2))
        .as(Reach::new);
  }

  @Test
  void headerThatIsThereTwice_cannotBeWritten() {
    Header header = new Header("A", new SecretText("b"));
    Header again = new Header("a", new SecretText("c"));
    Endpoint endpoint =
        new Endpoint(
            new EndpointId("a"),
            "",
            Timing.DEFAULT,
            new CheckRequest(
                URI.create("https://a.example/"),
                "GET",
                List.of(header, again),
                Optional.empty(),
                new Credentials.None()),
            Expectation.DEFAULT,
            Reach.DEFAULT,
            Set.of());
    assertThatThrownBy(() -> WatchFile.write(List.of(endpoint))).hasMessageContaining("twice");
  }
}
