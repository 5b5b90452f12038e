package dev.holdfast.watcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.CheckRequest.Header;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.Timing;
import dev.holdfast.watcher.guard.AddressLiteral;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchFileTest {
  @TempDir private Path directory;

  static List<Endpoint> endpoints(String text) {
    return switch (WatchFile.read("watch.yaml", text)) {
      case WatchList.Read read -> read.endpoints();
      case WatchList.Refused refused -> throw new AssertionError(refused.complaints().toString());
    };
  }

  static List<String> complaints(String text) {
    return switch (WatchFile.read("watch.yaml", text)) {
      case WatchList.Read read -> List.of();
      case WatchList.Refused refused ->
          refused.complaints().stream().map(Complaint::toString).toList();
    };
  }

  private static Endpoint one(String keys) {
    return endpoints("endpoints:\n  - url: https://a.example/\n" + keys.indent(4)).getFirst();
  }

  /** Returns the complaint about an endpoint whose keys begin in line 3. */
  private static String complaint(String keys) {
    List<String> complaints =
        complaints("endpoints:\n  - url: https://a.example/\n" + keys.indent(4));
    assertThat(complaints).hasSize(1);
    return complaints.getFirst();
  }

  @Test
  void urlAlone_isAnEndpointWithAllDefaults() {
    Endpoint endpoint = one("");
    assertThat(endpoint.id().text()).isEqualTo("a.example");
    assertThat(endpoint.group()).isEmpty();
    assertThat(endpoint.timing()).isEqualTo(Timing.DEFAULT);
    assertThat(endpoint.expectation()).isEqualTo(Expectation.DEFAULT);
    assertThat(endpoint.reach()).isEqualTo(Reach.DEFAULT);
    assertThat(endpoint.request().method()).isEqualTo("GET");
    assertThat(endpoint.locations()).isEmpty();
  }

  @Test
  void everyKey_isRead() {
    Endpoint endpoint =
        endpoints(
                """
                endpoints:
                  - id: all-of-it
                    url: https://a.example:8443/b
                    interval: 5m
                    timeout: 500ms
                    method: POST
                    headers: {X-A: 1, "X-B": 'two ${env:B}'}
                    body: "x: ${file:/run/body}"
                    auth: {basic: {user: u, password: '${env:P}'}}
                    expect:
                      status: [200, 301-302]
                      must: ['a+', {pattern: 'b(?=c)', engine: java}]
                      must_not: err
                      text: [one, two]
                    redirects: false
                    tls: {verify: false, days: 3, require: true}
                    family: ipv6
                    resolve: 2001:db8::1
                    locations: [in, out]
                    body_bytes: 64KiB
                    reuse: true
                    allow_nets: [10.0.0.0/8, '::1']
                """)
            .getFirst();
    assertThat(endpoint.id().text()).isEqualTo("all-of-it");
    assertThat(endpoint.timing()).isEqualTo(new Timing(300_000, 500));
    assertThat(endpoint.request().method()).isEqualTo("POST");
    assertThat(endpoint.request().headers())
        .containsExactly(
            new Header("X-A", new SecretText("1")),
            new Header("X-B", new SecretText("two ${env:B}")));
    assertThat(endpoint.request().body()).contains(new SecretText("x: ${file:/run/body}"));
    assertThat(endpoint.request().credentials())
        .isEqualTo(new Credentials.Basic(new SecretText("u"), new SecretText("${env:P}")));
    Expectation expectation = endpoint.expectation();
    assertThat(expectation.statuses()).hasToString("200,301-302");
    assertThat(expectation.must())
        .containsExactly(new PagePattern("a+", Engine.RE2), new PagePattern("b(?=c)", Engine.JAVA));
    assertThat(expectation.mustNot()).containsExactly(new PagePattern("err", Engine.RE2));
    assertThat(expectation.texts()).containsExactly("one", "two");
    assertThat(expectation.certificateDaysMin()).isEqualTo(3);
    assertThat(expectation.bodyBytesMax()).isEqualTo(65_536);
    assertThat(endpoint.reach())
        .isEqualTo(
            new Reach(
                new Reach.Resolve.Fixed(AddressLiteral.parse("2001:db8::1").orElseThrow()),
                Reach.Family.IPV6,
                false,
                false,
                true,
                true,
                List.of("10.0.0.0/8", "0:0:0:0:0:0:0:1/128")));
    assertThat(endpoint.locations()).containsExactlyInAnyOrder("in", "out");
  }

  @Test
  void ownKeys_comeBeforeThoseOfTheGroup_andThoseBeforeDefaults() {
    List<Endpoint> endpoints =
        endpoints(
            """
            groups:
              - name: g
                defaults: {interval: 20s, headers: {x-a: group}, expect: {text: group}}
                endpoints:
                  - {id: grouped, url: 'https://a.example'}
                  - id: own
                    url: https://a.example
                    interval: 30s
                    headers: {X-A: own}
                    expect: {text: [], status: 204}
                    auth: none
                    locations: all
            endpoints:
              - {id: alone, url: 'https://a.example'}
            defaults:
              interval: 10s
              timeout: 1s
              headers: {X-A: all, X-B: all}
              expect: {text: all, must: a}
              auth: {bearer: '${env:T}'}
              locations: [x]
            """);
    assertThat(endpoints).extracting(e -> e.id().text()).containsExactly("alone", "grouped", "own");
    assertThat(endpoints).extracting(Endpoint::group).containsExactly("", "g", "g");
    assertThat(endpoints)
        .extracting(e -> e.timing().intervalMs())
        .containsExactly(10_000, 20_000, 30_000);
    assertThat(endpoints).extracting(e -> e.timing().timeoutMs()).containsOnly(1_000);
    assertThat(endpoints)
        .extracting(e -> e.expectation().texts())
        .containsExactly(List.of("all"), List.of("group"), List.of());
    assertThat(endpoints).extracting(e -> e.expectation().must().size()).containsOnly(1);
    assertThat(endpoints)
        .extracting(e -> e.request().headers().getFirst().value().text())
        .containsExactly("all", "group", "own");
    assertThat(endpoints).extracting(e -> e.request().headers().size()).containsOnly(2);
    assertThat(endpoints)
        .extracting(e -> e.request().credentials() instanceof Credentials.None)
        .containsExactly(false, false, true);
    assertThat(endpoints).extracting(e -> e.isCheckedFrom("y")).containsExactly(false, false, true);
  }

  /** Edge case 24. */
  @Test
  void equalUrls_areTwoEndpoints_ifTheyHaveIds() {
    String text =
        """
        endpoints:
          - {id: a, url: 'https://x.example/', expect: {must: one}}
          - {id: b, url: 'https://x.example/', expect: {must: two}}
          - {id: c, url: 'https://x.example/', resolve: 192.0.2.1}
        """;
    assertThat(endpoints(text)).hasSize(3);
    assertThat(complaints(text.replaceAll("id: [abc], ", "")))
        .containsExactly(
            "watch.yaml:3: the id 'x.example', which follows from the URL, is that of the endpoint"
                + " in line 2 as well; write 'id:' with another one",
            "watch.yaml:4: the id 'x.example', which follows from the URL, is that of the endpoint"
                + " in line 2 as well; write 'id:' with another one");
    assertThat(complaints(text.replace("id: b", "id: a")))
        .containsExactly(
            "watch.yaml:3: the id 'a' is that of the endpoint in line 2 as well; write another"
                + " one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "interval: 60|'interval' must be a number and a unit, such as 60s, not '60'",
        "interval: 1h|'interval' must be a number and a unit, such as 30s, 500ms or 5m, not '1h'",
        "interval: 4999ms|'interval' must be 5s to 300s, not 4999ms",
        "interval: 6m|'interval' must be 5s to 300s, not 6m",
        "interval:|'interval' has no value; write one, or leave the key out",
        "interval: [5s]|'interval' must be one value",
        "timeout: 10ms|'timeout' must be 50ms to 60s, not 10ms",
        "timeout: 61s|'timeout' must be 50ms to 60s, not 61s",
        "timout: 1s|no key 'timout' in an endpoint; did you mean 'timeout'?",
        "<<: {a: b}|'<<' is not read; write what is alike into 'defaults'",
        "method: get|'method' must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not 'get'",
        "method: TRACE|'method' must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not 'TRACE'",
        "id: a@b|'id' must be 1 to 80 letters, digits and ._~:- and begin with a letter or a digit, not 'a@b'",
        "headers: {Host: b}|the check sets the header Host; write the host in 'url', and the address in 'resolve'",
        "headers: {'a b': c}|a header must have a name of letters, digits and '-', not 'a b'",
        "headers: {A: \"b\\nc\"}|the header A must be of ASCII characters in one line",
        "headers: {A: b, a: c}|the header 'a' is in line 3 as well; keep one of them",
        "headers: {Authorization: Bearer abc}|the header Authorization has a secret in the file; write ${env:NAME} or ${file:/path}, or 'auth'",
        "headers: {A: '${evn:B}'}|'A' has a reference that cannot be read; write ${env:NAME} or ${file:/path}",
        "headers: {A: '${file:b}'}|'A' refers to the file 'b'; write its whole path, from / on",
        "headers: {A: '${env:b c}'}|'A' refers to the variable 'b c'; its name must be letters, digits and '_'",
        "headers: [A]|'headers' must hold names and values, 'name: value'",
        "auth: {bearer: abc}|'bearer' must not be in the file; write ${env:NAME} or ${file:/path} and nothing beside it",
        "auth: {basic: {user: a, password: 'x${env:B}'}}|'password' must not be in the file; write ${env:NAME} or ${file:/path} and nothing beside it",
        "auth: {basic: {user: 'a:b', password: '${env:B}'}}|'user' must have no colon and no line end",
        "auth: {basic: {user: a}}|'basic' must have 'user' and 'password'",
        "auth: {}|'auth' must be {basic: {user: NAME, password: '${env:NAME}'}}, {bearer: '${env:NAME}'} or none",
        "auth: {bearer: '${env:A}', basic: {}}|'auth' must be basic or bearer, not both",
        "expect: {status: 2xx}|'status' must be codes and ranges; write 200-299",
        "expect: {status: []}|'status' must be codes of 100 to 599 and ranges, such as 200-299,301, not ''",
        "expect: {status: 600}|'status' must be codes of 100 to 599 and ranges, such as 200-299,301, not '600'",
        "expect: {mustnot: a}|no key 'mustnot' in 'expect'; did you mean 'must_not'?",
        "expect: {text: ''}|'text' is empty; leave it out, or write what the page shows",
        "expect: {must: ''}|the pattern '', at character 1: the pattern is empty; leave it out, or write what the page has to show",
        "expect: {must: 'a(?!b)'}|the pattern 'a(?!b)', at character 2: the negative look-ahead '(?!', which RE2 does not know; write what must not be there as a pattern of 'must_not', or set 'engine: java'",
        "expect: {must: a, engine: perl}|'engine' must be java or re2, not 'perl'",
        "expect: {must: [{engine: java}]}|an item of 'must' must have a 'pattern'",
        "redirects: yes|'redirects' must be true or false, not 'yes'",
        "tls: {days: 366}|'days' must be 0 to 365, not '366'",
        "tls: {days: -1}|'days' must be 0 to 365, not '-1'",
        "tls: on|'tls' must hold names and values, 'name: value'",
        "family: v6|'family' must be any or ipv4 or ipv6, not 'v6'",
        "resolve: localhost|'resolve' must be any, each or an address such as 192.0.2.1, not 'localhost'",
        "resolve: 127.1|'resolve' must be any, each or an address such as 192.0.2.1, not '127.1'",
        "locations: []|'locations' has none; name one, or write 'locations: all'",
        "locations: [A]|'locations' must be names of 1 to 40 lower-case letters, digits and '-', not 'A'",
        "body_bytes: 9MiB|'body_bytes' must be 0 to 8388608 bytes, such as 65536, 64KiB or 1MiB, not '9MiB'",
        "body_bytes: 1kb|'body_bytes' must be 0 to 8388608 bytes, such as 65536, 64KiB or 1MiB, not '1kb'",
        "reuse: 1|'reuse' must be true or false, not '1'",
        "allow_nets: 10.0.0.0/33|'allow_nets': prefix must be 0 to 32, not 33",
        "allow_nets: 10.1.0.0/8|'allow_nets': net has bits behind its prefix: write 10.0.0.0/8 for the net, or 10.1.0.0/32 for the address alone",
        "interval: &a 5s|'&a' and its aliases are not read; write what is alike into 'defaults' or into a group",
        "interval: !!java.net.URL 5s|the line is no YAML: Global tag is not allowed: tag:yaml.org,2002:java.net.URL",
        "interval: !a 5s|'!a' is not read; leave it out"
      })
  void fault_isSaidWithItsLine_andWithWhatToWriteInstead(String keys, String complaint) {
    assertThat(complaint(keys)).isEqualTo("watch.yaml:3: " + complaint);
  }

  /** Of those under the numbers: HEAD with a pattern. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{interval: 5s}|an endpoint must have a 'url'",
        "{url: 'http://192.0.2.1/', resolve: 192.0.2.2}|'url' has an address already; leave 'resolve' out, or write 'any'",
        "{url: 'http://192.0.2.1/', family: ipv6}|the address 192.0.2.1 is none of 'family: ipv6'; write 'family: any'",
        "{url: 'http://a.example', resolve: 192.0.2.1, family: ipv6}|the address 192.0.2.1 is none of 'family: ipv6'; write 'family: any'",
        "{url: 'http://a.example', tls: {require: true}}|'tls' requires TLS and 'url' is http; write https, or 'tls: {require: false}'",
        "{url: 'http://a.example', method: HEAD, expect: {must: a}}|an answer to HEAD has no body to search; write 'method: GET', or no pattern",
        "{url: 'http://a.example', method: HEAD, expect: {text: a}}|an answer to HEAD has no body to search; write 'method: GET', or no pattern",
        "{url: 'http://a.example', body_bytes: 0, expect: {must_not: a}}|'body_bytes: 0' leaves no body to search; write more, or no pattern and no text",
        "{url: 'http://a.example', body_bytes: 8MiB, expect: {must: 'a.{0,400}b'}}|the patterns make programs of",
        "{url: 'http://a.example', body: a}|a GET has no body; write 'method: POST', or no 'body'",
        "{url: 'http://a.example', headers: {authorization: '${env:A}'}, auth: {bearer: '${env:A}'}}|'auth' and the header Authorization are the same; keep one of them"
      })
  void settingsThatDoNotGoTogether_areRefused(String endpoint, String complaint) {
    assertThat(complaints("endpoints:\n  - " + endpoint))
        .singleElement()
        .asString()
        .startsWith("watch.yaml:2: " + complaint);
  }

  @Test
  void endpointThatIsNoMapping_isRefused() {
    assertThat(complaints("endpoints:\n  - https://a.example"))
        .contains("watch.yaml:2: an endpoint must hold names and values, 'name: value'")
        .allSatisfy(text -> assertThat(text).startsWith("watch.yaml:2: "));
  }

  @Test
  void keyThatIsThereTwice_isRefused() {
    assertThat(complaints("endpoints:\n- url: https://a.example\n  timeout: 1s\n  timeout: 2s\n"))
        .containsExactly("watch.yaml:4: 'timeout' is in line 3 as well; keep one of them");
    assertThat(complaints("endpoints: []\nendpoints: []\n"))
        .contains("watch.yaml:2: 'endpoints' is in line 1 as well; keep one of them");
  }

  /** Edge case 22: the file is refused whole, and all of its faults are said at once. */
  @Test
  void faults_areSaidAllAtOnce_inTheOrderOfTheirLines() {
    assertThat(
            complaints(
                """
                defaults:
                  intervall: 5s
                groups:
                  - endpoints:
                      - url: ftp://a.example
                  - name: g
                    endpoints:
                      - url: https://good.example
                      - url: https://b.example
                        expect: {must: '(a'}
                  - name: g
                endpoints:
                  - url: https://u:p4ss@c.example
                """))
        .containsExactly(
            "watch.yaml:2: no key 'intervall' in 'defaults'; did you mean 'interval'?",
            "watch.yaml:4: a group must have a 'name'",
            "watch.yaml:5: 'url' must be of https or http, not ftp",
            "watch.yaml:10: the pattern '(a', at character 1: '(' is not closed; close it, or write"
                + " \\( for the character itself",
            "watch.yaml:11: the group 'g' is in line 6 as well; join the two, or write another"
                + " name",
            "watch.yaml:13: 'url' has credentials; write them under 'auth', as ${env:NAME} or"
                + " ${file:/path}");
  }

  /** A fault of the defaults is said once, and not for each endpoint. */
  @Test
  void faultOfDefaults_isSaidOnce() {
    assertThat(
            complaints(
                """
                defaults:
                  expect:
                    must:
                      - ok
                      - a(?=b)
                endpoints:
                  - url: https://a.example
                  - url: https://b.example
                """))
        .singleElement()
        .asString()
        .startsWith("watch.yaml:5: the pattern 'a(?=b)', at character 2: the look-ahead");
  }

  @Test
  void complaints_areBounded() {
    String text = "endpoints:\n" + "  - url: nothing\n".repeat(1_000);
    assertThat(complaints(text))
        .hasSize(WatchFile.COMPLAINTS_MAX)
        .startsWith("watch.yaml:2: 'url' must begin with https:// or http://, not 'nothing'")
        .endsWith("watch.yaml: there are more faults; mend these first");
    String exactly = "endpoints:\n" + "  - url: nothing\n".repeat(WatchFile.COMPLAINTS_MAX);
    assertThat(complaints(exactly))
        .hasSize(WatchFile.COMPLAINTS_MAX)
        .last()
        .asString()
        .startsWith("watch.yaml:51: 'url' must begin");
  }

  @Test
  void endpoints_areBounded() {
    StringBuilder text = new StringBuilder("endpoints:\n");
    for (int i = 0; i < WatchFile.ENDPOINTS_MAX; i++) {
      text.append("- url: https://a.example/").append(i).append('\n');
    }
    assertThat(endpoints(text.toString())).hasSize(WatchFile.ENDPOINTS_MAX);
    text.append("- url: https://a.example/more\n- url: https://a.example/most\n");
    assertThat(complaints(text.toString()))
        .containsExactly(
            "watch.yaml:20002: the file has more than 20000 endpoints; use several watchers, each"
                + " with a file of its own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "null"})
  void emptyFile_saysWhatToWrite(String text) {
    assertThat(complaints(text))
        .containsExactly("watch.yaml: the file is empty; write 'endpoints:' and a list below it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"defaults: {interval: 5s}", "endpoints:", "groups: []", "endpoints: []"})
  void fileWithoutEndpoints_isRefused(String text) {
    assertThat(complaints(text))
        .containsExactly(
            "watch.yaml: the file has no endpoint; write 'endpoints:' and '- url: https://…'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: [|watch.yaml:2: the line is no YAML: ",
        "a: b: c|watch.yaml:2: the line is no YAML: ",
        "a: *b|watch.yaml:2: the line is no YAML: ",
        "\t- a|watch.yaml:2: the line is no YAML: ",
        "--- a|watch.yaml:2: the line is no YAML: ",
        "a: \u0007b|watch.yaml:2: the line has a character that YAML does not have",
        "- a|watch.yaml:"
      })
  void textThatIsNoYaml_isRefusedWithItsLine(String line, String complaint) {
    assertThat(complaints("endpoints: []\n" + line + "\n"))
        .first()
        .asString()
        .startsWith(complaint);
  }

  @Test
  void aliases_areRefused_andNoBombIsOpened() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 18; i++) {
      String last = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", List.of(last, last, last, last))));
    }
    bomb.append("endpoints: *a17\n");
    assertThat(complaints(bomb.toString()))
        .anySatisfy(text -> assertThat(text).contains("aliases are not read"));
    assertThat(complaints("endpoints: &e\n  - *e\n"))
        .anySatisfy(text -> assertThat(text).contains("aliases are not read"));
  }

  @Test
  void nesting_isBounded_withItsLine() {
    assertThat(complaints("endpoints:\n" + "[".repeat(1_000)))
        .containsExactly(
            "watch.yaml:2: lists and mappings are nested more than 20 deep; nest less");
  }

  @Test
  void namesAndValues_areBounded() {
    Complaints complaints = new Complaints("watch.yaml");
    // The mapping, its name, the list and three values.
    assertThat(YamlText.parse("endpoints: [a, b, c]", 6, complaints)).isPresent();
    assertThat(complaints.isEmpty()).isTrue();
    assertThat(YamlText.parse("endpoints: [a, b, c]", 5, complaints)).isEmpty();
    assertThat(((WatchList.Refused) complaints.refused()).complaints())
        .extracting(Complaint::toString)
        .containsExactly(
            "watch.yaml: the file has more than 5 names and values; move what is alike into"
                + " 'defaults' or into groups");
  }

  @Test
  void byteOrderMark_isNoPartOfTheFile() {
    assertThat(endpoints("\ufeffendpoints:\n- url: https://a.example\n")).hasSize(1);
  }

  @Test
  void read_ofAFile_saysWhatIsWrongWithIt() throws Exception {
    Path file = directory.resolve("w.yaml");
    assertThat(refusal(file))
        .isEqualTo(file + ": there is no such file; 'holdfast watch example' writes one");
    Files.write(file, "endpoints:\n# ä\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal(file)).isEqualTo(file + ":2: the line is not UTF-8; save the file as UTF-8");
    assertThat(refusal(directory)).startsWith(directory + ": the file cannot be read: ");
    Files.writeString(file, "#".repeat(WatchFile.FILE_BYTES_MAX + 1));
    assertThat(refusal(file)).startsWith(file + ": the file has more than 16777216 bytes");
    Files.writeString(file, "endpoints:\n- url: https://ä.example\n");
    assertThat(WatchFile.read(file)).isInstanceOf(WatchList.Read.class);
  }

  private static String refusal(Path file) {
    return ((WatchList.Refused) WatchFile.read(file)).complaints().getFirst().toString();
  }
}
