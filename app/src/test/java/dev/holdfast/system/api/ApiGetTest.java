package dev.holdfast.system.api;

import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.staging.Keeping;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GET and a HEAD answer, wherever the file is: both fronts, and each place it may be in. */
@ParameterizedClass
@MethodSource("everyFrontAndPlace")
final class ApiGetTest {
  private static final String CONTENT = "0123456789abcdef";

  /** So that no two tests have one name. */
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** Where a file is when it is asked for. */
  enum Place {
    /** Published under a name that nginx serves alone. */
    PUBLISHED_PLAIN,
    /** Published under a name that the sidecar has to decode: X-Accel-Redirect. */
    PUBLISHED_OTHER,
    /** Withdrawn, but still on disk. */
    COLD,
    /** Never seen here. */
    AT_THE_ORIGIN
  }

  private static StackFixture stack;
  private static Api api;

  @Parameter(0)
  Front front;

  @Parameter(1)
  Place place;

  static Stream<Arguments> everyFrontAndPlace() {
    return Stream.of(Front.values())
        .flatMap(f -> Stream.of(Place.values()).map(p -> Arguments.of(f, p)));
  }

  @BeforeParameterizedClassInvocation
  static void start(Front front, Place place) throws Exception {
    stack = StackFixture.start(front.setup().withStaging(staging(place)));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  /** Where one file alone may be published, a second one makes the first one cold. */
  private static StagingLimits staging(Place place) {
    StagingLimits all = StagingLimits.DEFAULT;
    return place != Place.COLD ? all : all.withPublishedFilesMax(1).withKeeping(Keeping.OFF);
  }

  // --- 200 and 404 --------------------------------------------------------------------------

  @Test
  void get() throws IOException {
    RawResponse answer = api.get(given("get"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(CONTENT);
    assertThat(described(answer))
        .isEqualTo(
            Map.of(
                "content-type", "application/octet-stream",
                "content-length", "16",
                "etag", only(answer, "ETag"),
                "accept-ranges", "bytes",
                "cache-control", "no-cache",
                "x-content-type-options", "nosniff"));
    assertThat(only(answer, "ETag")).matches("\"[!#-~]+\"");
  }

  @Test
  void head() throws IOException {
    String name = given("head");
    RawResponse answer = api.head(name);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(described(answer)).isEqualTo(described(api.get(name)));
    assertThat(only(answer, "Content-Length")).isEqualTo("16");
  }

  @Test
  void get_again() throws IOException {
    String name = given("again");
    RawResponse first = api.get(name);
    RawResponse second = api.get(name);
    assertThat(second.text()).isEqualTo(CONTENT);
    assertThat(described(second)).isEqualTo(described(first));
  }

  @Test
  void get_aQueryIsNoPartOfTheName() throws IOException {
    assertThat(api.get(given("query") + "?a=%zz&b=/../").text()).isEqualTo(CONTENT);
  }

  @Test
  void get_absent() throws IOException {
    problem(api.get("absent"), 404);
    problem(api.get("absent", "Range: bytes=0-1", "If-None-Match: *", "If-Match: *"), 404);
  }

  @Test
  void head_absent() throws IOException {
    RawResponse answer = api.head("absent");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
  }

  // --- 206 and 416 --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "0-3, 0, 3",
    "0-0, 0, 0",
    "15-15, 15, 15",
    "4-, 4, 15",
    "-4, 12, 15",
    "-99, 0, 15",
    "4-99, 4, 15",
    "0-, 0, 15",
  })
  void get_range(String asked, int first, int last) throws IOException {
    String name = given("range");
    RawResponse answer = api.get(name, "Range: bytes=" + asked);

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo(CONTENT.substring(first, last + 1));
    Map<String, String> expected = described(api.get(name));
    expected.put("content-length", "" + (last + 1 - first));
    expected.put("content-range", "bytes " + first + "-" + last + "/16");
    Map<String, String> found = described(answer);
    found.remove("accept-ranges"); // says nothing new in a 206
    expected.remove("accept-ranges");
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"16-", "16-20", "99-", "-0"})
  void get_rangeOutside(String asked) throws IOException {
    RawResponse answer = api.get(given("outside"), "Range: bytes=" + asked);
    problem(answer, 416);
    assertThat(only(answer, "Content-Range")).isEqualTo("bytes */16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines=0-3", "bytes=a-b", "bytes=", "bytes=-"})
  void get_rangeOfAnotherUnit_orMalformed(String range) throws IOException {
    RawResponse answer = api.get(given("unit"), "Range: " + range);
    // RFC 9110, 14.2: it may be ignored, or refused; a part would be wrong.
    assertThat(answer.status()).isIn(200, 416);
    if (answer.status() == 200) {
      assertThat(answer.text()).isEqualTo(CONTENT);
    }
  }

  @Test
  void get_ifRange_itsTag() throws IOException {
    String name = given("if-range");
    String etag = only(api.get(name), "ETag");
    RawResponse answer = api.get(name, "Range: bytes=4-7", "If-Range: " + etag);
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo("4567");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"else\"", "W/%s", "Mon, 1 Jan 2040 00:00:00 GMT"})
  void get_ifRange_anotherTag_weak_orADate(String condition) throws IOException {
    String name = given("if-range-else");
    String etag = only(api.get(name), "ETag");
    RawResponse answer =
        api.get(name, "Range: bytes=4-7", "If-Range: " + condition.formatted(etag));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(CONTENT);
  }

  // --- 304 and 412 --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"%s", "W/%s", "\"else\", %s", "W/\"else\" , W/%s", "*"})
  void get_ifNoneMatch_itsTag(String tags) throws IOException {
    String name = given("none-match");
    String etag = only(api.get(name), "ETag");
    for (String method : new String[] {"GET", "HEAD"}) {
      RawResponse answer =
          api.ask(method, Api.PATH + name, "If-None-Match: " + tags.formatted(etag));
      assertThat(answer.status()).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      // RFC 9110, 15.4.5: what a 200 would have said for caches.
      assertThat(only(answer, "ETag")).isEqualTo(etag);
      assertThat(only(answer, "Cache-Control")).isEqualTo("no-cache");
    }
  }

  /** The first answer for this file, wherever it is, is the 304. */
  @Test
  void get_ifNoneMatchAny_first() throws IOException {
    assertThat(api.get(given("any-first"), "If-None-Match: *").status()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"else\"", "\"else\", W/\"other\""})
  void get_ifNoneMatch_anotherTag(String tags) throws IOException {
    RawResponse answer = api.get(given("none-match-else"), "If-None-Match: " + tags);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(CONTENT);
  }

  /** RFC 9110, 13.2.2: If-None-Match comes before Range. */
  @Test
  void get_ifNoneMatch_itsTag_andRange() throws IOException {
    String name = given("none-match-range");
    String etag = only(api.get(name), "ETag");
    assertThat(api.get(name, "If-None-Match: " + etag, "Range: bytes=0-1").status()).isEqualTo(304);
  }

  @Test
  void get_ifMatch_anotherTag() throws IOException {
    problem(api.get(given("match-else"), "If-Match: \"else\""), 412);
  }

  @Test
  void get_ifMatch_itsTagAsAWeakOne() throws IOException {
    String name = given("match-weak");
    problem(api.get(name, "If-Match: W/" + only(api.get(name), "ETag")), 412);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "\"else\", %s", "*"})
  void get_ifMatch_itsTag(String tags) throws IOException {
    String name = given("match");
    String etag = only(api.get(name), "ETag");
    RawResponse answer = api.get(name, "If-Match: " + tags.formatted(etag));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(CONTENT);
  }

  /** A file has no date here; what stands in the file system is none. */
  @ParameterizedTest
  @ValueSource(strings = {"If-Modified-Since", "If-Unmodified-Since"})
  void get_conditionOnADate_isIgnored(String header) throws IOException {
    for (String year : new String[] {"1975", "2004", "2040", "2100"}) {
      String name = given("dated");
      RawResponse answer = api.get(name, header + ": Fri, 01 Jan " + year + " 00:00:00 GMT");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo(CONTENT);
      assertThat(described(answer)).isEqualTo(described(api.get(name)));
    }
  }

  /** Puts a file into its place; returns its name as it is to be spelt. */
  private String given(String base) throws IOException {
    String plain = base + "-" + NUMBERS.incrementAndGet();
    return switch (place) {
      case PUBLISHED_PLAIN -> {
        api.given(plain, CONTENT);
        assertThat(stack.published().resolve(plain)).exists();
        yield plain;
      }
      case PUBLISHED_OTHER -> {
        api.given("o%20" + plain, CONTENT);
        assertThat(stack.published().resolve("~o~20" + plain)).exists();
        yield "o%20" + plain;
      }
      case COLD -> {
        int owner = stack.owner(plain);
        api.given(plain, CONTENT);
        api.given(stack.nameOf(owner, plain + "-pushes-it-out-"), "other");
        assertThat(stack.published().resolve(plain)).doesNotExist();
        assertThat(stack.published().resolve(".cold").resolve(plain)).exists();
        yield plain;
      }
      case AT_THE_ORIGIN -> {
        Files.writeString(stack.originDir().resolve(plain), CONTENT);
        yield plain;
      }
    };
  }

  /** All headers but those of the connection; fails if one of them is there twice. */
  private static Map<String, String> described(RawResponse answer) {
    var headers = new TreeMap<String, String>();
    for (RawResponse.Header header : answer.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      assertThat(headers.put(name, header.value())).as("%s twice: %s", name, answer).isNull();
    }
    headers.keySet().removeAll(Set.of("date", "server", "connection"));
    headers.remove("x-holdfast-served"); // for nginx, which does not pass it on
    return headers;
  }
}
