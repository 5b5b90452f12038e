package dev.holdfast.watcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "https://a.example https://a.example/ a.example",
        "HTTPS://A.Example/B https://a.example/B a.example~B",
        "http://a.example:80/ http://a.example/ a.example",
        "https://a.example:443 https://a.example/ a.example",
        "http://a.example:443/x/ http://a.example:443/x/ a.example:443~x",
        "https://a.example:/ https://a.example/ a.example",
        "https://a.example?q=1 https://a.example/?q=1 a.example",
        "https://a.example/b/c.html?x=/y https://a.example/b/c.html?x=/y a.example~b~c.html",
        "https://bücher.example/ä?ö https://xn--bcher-kva.example/%C3%A4?%C3%B6 xn--bcher-kva.example~-C3-A4",
        "https://xn--bcher-kva.example https://xn--bcher-kva.example/ xn--bcher-kva.example",
        "https://[2001:DB8::1]:8443/ https://[2001:db8::1]:8443/ 2001:db8::1:8443",
        "https://[::1]/ https://[::1]/ v6::1",
        "https://127.0.0.1/ https://127.0.0.1/ 127.0.0.1",
        "https://a.example/%7Ex/a,b https://a.example/%7Ex/a,b a.example~-7Ex~a-b"
      })
  void parse_writesOneForm_andAnIdFollows(String text, String url, String id)
      throws BadValueException {
    assertThat(WatchUrl.parse(text)).hasToString(url);
    assertThat(WatchUrl.id(WatchUrl.parse(text)).text()).isEqualTo(id);
    assertThat(WatchUrl.parse(url)).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.example|must begin with https://",
        "//a.example|must begin with https://",
        "https:a.example|must begin with https://",
        "ftp://a.example/|must be of https or http, not ftp",
        "file:///etc/passwd|must be of https or http",
        "gopher://a|must be of https or http",
        "https://u:p4ss@a.example/|'auth'",
        "https://u@a.example/|'auth'",
        "https://a.example@b.example/|'auth'",
        "https://a.example/#x|fragment",
        "https://a.example#|fragment",
        "https:///x|must have a host",
        "https://:8443/|must have a host",
        "https://a.example:0/|port of 1 to 65535, not 0",
        "https://a.example:65536/|port of 1 to 65535, not 65536",
        "https://a.example:123456789012/|port of 1 to 65535",
        "https://a.example:8a/|a host and perhaps a port",
        "https://a.example:80:80/|a host and perhaps a port",
        "https://a.example./|leave the dot out",
        "https://a..example/|host",
        "https://-a.example/|letters, digits",
        "https://a_b.example/|letters, digits",
        "https://a%2eexample/|letters, digits",
        "https://a.example\\@b/|'auth'",
        "https://straße.example/|Punycode",
        "https://127.1/|nearly an address",
        "https://2130706433/|nearly an address",
        "https://0x7f.0.0.1/|nearly an address",
        "https://0x7f000001/|nearly an address",
        "https://010.0.0.1/|nearly an address",
        "https://256.1.1.1/|nearly an address",
        "https://[fe80::1%25eth0]/|without a zone",
        "https://[127.0.0.1/|a host and perhaps a port",
        "https://[127.0.0.1]/|IPv6 address in its brackets",
        "https://[]/|IPv6 address in its brackets",
        "https://a.example/a b|%20",
        "https://a.example/%zz|%20",
        "https://a.example/<|%20"
      })
  void parse_refusesWhatCannotBeChecked(String text, String hint) {
    assertThatThrownBy(() -> WatchUrl.parse(text))
        .isInstanceOf(BadValueException.class)
        .hasMessageContaining(hint)
        .hasMessageStartingWith("'url' ");
  }

  /** A complaint goes to logs and to others' eyes. */
  @Test
  void complaintAboutCredentials_doesNotShowThem() {
    assertThatThrownBy(() -> WatchUrl.parse("https://user:p4ss@a.example/"))
        .hasMessageNotContaining("p4ss");
  }

  @Test
  void url_hasABound_andSoHasItsId() throws BadValueException {
    String longest = "https://a.example/" + "x".repeat(WatchUrl.LENGTH_MAX - 18);
    assertThat(WatchUrl.parse(longest).toString()).hasSize(WatchUrl.LENGTH_MAX);
    assertThatThrownBy(() -> WatchUrl.parse(longest + "x")).hasMessageContaining("2000");
    assertThatThrownBy(() -> WatchUrl.id(WatchUrl.parse(longest))).hasMessageContaining("'id:'");
  }

  @Property
  void anyText_isRefusedOrHasAHost(@ForAll String text) {
    for (String url : new String[] {text, "https://" + text, "https://a.example/" + text}) {
      try {
        assertThat(WatchUrl.parse(url).getHost()).isNotBlank();
      } catch (BadValueException e) {
        assertThat(e).hasMessageStartingWith("'url' ");
      }
    }
  }
}
