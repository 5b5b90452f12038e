package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GivenRequestTest {
  @Test
  void parseAll_several() {
    List<GivenRequest> requests =
        GivenRequest.parseAll("1000 GET /next,0.5 POST http://127.0.0.1:8181/settle?all, 2 HEAD /");

    assertThat(requests)
        .extracting(GivenRequest::title)
        .containsExactly("GET /next", "POST http://127.0.0.1:8181/settle?all", "HEAD /");
    assertThat(requests).extracting(GivenRequest::perSecond).containsExactly(1000.0, 0.5, 2.0);
    assertThat(requests)
        .allSatisfy(
            request -> {
              assertThat(request.file()).isEmpty();
              assertThat(request.pattern()).isEmpty();
            });
  }

  @Test
  void pattern_mayHoldCommasAndSpaces() {
    List<GivenRequest> requests =
        GivenRequest.parseAll("1 GET /a,b ~[0-9]{1,3} of, or 4, 2 GET /b ~.*");

    assertThat(requests)
        .extracting(GivenRequest::url, request -> request.pattern().map(Pattern::pattern).get())
        .containsExactly(tuple("/a,b", "[0-9]{1,3} of, or 4"), tuple("/b", ".*"));
    assertThat(requests.get(1).pattern().get().matcher("two\nlines").matches()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/fileserver/a, a",
    "/api/fileserver/%61, a",
    "/api/fileserver/a?x=1, a",
    "http://127.0.0.1:1234/api/fileserver/a, a",
    "/api/fileserver/a%2fb, a%2Fb",
    "/api/fileserver/a/b, a%2Fb",
    "/api/fileserver/a+b%20c, a%2Bb+c",
    "/api/fileserver/%c3%A9, %C3%A9",
    "/api/fileserver/%FF, %FF"
  })
  void file_oneNameForAllSpellings(String url, String name) {
    assertThat(one("1 GET " + url).file()).contains(name);
    assertThat(one("1 GET " + url).writes()).isEmpty();
    assertThat(one("1 PUT " + url).writes()).contains(name);
    assertThat(one("1 DELETE " + url).writes()).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 GET /api/fileserver/",
        "1 GET /api/fileserver",
        "1 GET /status",
        "1 GET /x/api/fileserver/a",
        "1 GET http://127.0.0.1:1234",
        "1 HEAD /api/fileserver/a",
        "1 POST /api/fileserver/a"
      })
  void file_otherRequestsHaveNone(String text) {
    assertThat(one(text).file()).isEmpty();
    assertThat(one(text).writes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /a",
        "1 GET",
        "x GET /a",
        "1.2.3 GET /a",
        "-1 GET /a",
        "1 get /a",
        "1 GET a",
        "1 GET ftp://127.0.0.1/a",
        "1 GET /\u00e9",
        "1 GET /%zz",
        "1 GET /a, GET /b",
        "1 GET /a,",
        "1 GET /a, b GET /c",
        "1 GET /a [0-9]+",
        "1 GET /a ~[0-9",
        "1 PUT /api/fileserver/a ~.*",
        "1 DELETE /api/fileserver/a ~.*"
      })
  void parseAll_malformed_saysSo(String text) {
    assertThatThrownBy(() -> GivenRequest.parseAll(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static GivenRequest one(String text) {
    List<GivenRequest> requests = GivenRequest.parseAll(text);
    assertThat(requests).hasSize(1);
    return requests.getFirst();
  }
}
