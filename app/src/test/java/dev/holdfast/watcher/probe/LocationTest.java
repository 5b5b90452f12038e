package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocationTest {
  private static final URI FROM = URI.create("http://site.test/a/b?c=d");

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '\'',
      value = {
        "/x http://site.test/x",
        "x http://site.test/a/x",
        "../x http://site.test/x",
        "?x=1 http://site.test/a/b?x=1",
        "#part http://site.test/a/b?c=d",
        "x#a#b http://site.test/a/x",
        "//other.test/x http://other.test/x",
        "'/a b' http://site.test/a%20b",
        "/a|b?c|d http://site.test/a%7Cb?c%7Cd",
        "/a%20b%zz%2 http://site.test/a%20b%25zz%252",
        "/{a}^`<b>\\\"c http://site.test/%7Ba%7D%5E%60%3Cb%3E%5C%22c",
        "/a[1]?b[]=2 http://site.test/a%5B1%5D?b%5B%5D=2",
        "http://[::1]:8080/[a] http://[::1]:8080/%5Ba%5D",
        "/\u00fc http://site.test/%FC",
        "http://my_host.test:81/x http://my_host.test:81/x"
      })
  void resolved_asBrowsersDo(String field, String url) throws Exception {
    assertThat(Location.resolved(FROM, field)).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource({
    "http://my_host.test/x, my_host.test, 80",
    "https://my_host.test:444/x, my_host.test, 444",
    "https://My_Host.test:/x, my_host.test, 443"
  })
  void target_ofAHostWithAnUnderscore(URI url, String host, int port) {
    Target target = Target.of(url);

    assertThat(target.host()).isEqualTo(host);
    assertThat(target.port()).isEqualTo(port);
    assertThat(target.path()).isEqualTo("/x");
  }
}
