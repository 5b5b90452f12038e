package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, their spellings, and their forms at the origin. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiNamesTest {
  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup().withLatencyMs(2));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  /** Returns forms of names at the origin, each with spellings of the name. */
  static Stream<Arguments> names() {
    return Stream.of(
        name("plain-Name_1.txt", "plain-Name_1.txt", "%70lain-Name_1.txt", "plain-Name_1%2Etxt"),
        name("A", "A", "%41", "A?", "A?query=%zz"),
        name("e", "e", "%65"),
        name("~a~2Fb", "a/b", "a%2Fb", "a%2fb", "%61/b"),
        name("~a~2F~2Fb", "a//b", "a/%2Fb", "a%2F%2fb"),
        name("~a~2F", "a/", "a%2F"),
        name("~~2Fa", "/a", "%2Fa"),
        name("~~2F", "/", "%2F"),
        name("~sp~20ace", "sp%20ace"),
        name("~~20", "%20"),
        name("~~C3~A9t~C3~A9", "%C3%A9t%C3%A9", "%c3%a9t%c3%A9"),
        name("~~F0~9F~98~80", "%F0%9F%98%80"),
        name("~.hidden", ".hidden", "%2Ehidden", "%2ehidden"),
        name("~...", "...", "%2E.%2e"),
        name("~..a", "..a", "%2E%2Ea"),
        name("a..", "a..", "a%2e%2E"),
        name("~a~2F.b", "a/.b", "a%2F%2Eb"),
        name("-", "-", "%2D"),
        name("~~7E", "~", "%7E", "%7e"),
        name("~~7Ea~7E2Fb", "~a~2Fb", "%7Ea%7E2Fb"),
        name("~a~2Bb", "a+b", "a%2Bb"),
        name("~a~3Bb~3Dc", "a;b=c", "a%3Bb%3Dc", "a%3bb=c"),
        name("~~3B", ";", "%3B"),
        name("~a~26b~3Fc~23d", "a&b%3Fc%23d", "a%26b%3fc%23d"),
        name("~a~25b", "a%25b", "%61%25b"),
        name("~~252F", "%252F", "%25%32F"),
        name("~~FF~FE", "%FF%FE", "%ff%fe"),
        name("~~C3", "%C3", "%c3"),
        name("~a~0D~0Ab", "a%0D%0Ab", "a%0d%0ab"),
        name("~a~5Cb", "a%5Cb", "a%5cb"),
        name("~~22~27~3C~3E", "%22'%3C%3E", "%22%27%3c%3e"),
        name("~~2A~3A~40~21~24~28~29~2C", "*:@!$(),", "%2A%3A%40%21%24%28%29%2C"),
        name("~api~2Ffileserver~2Fx", "api/fileserver/x", "api%2Ffileserver%2Fx"),
        name("health", "health"),
        name("~_published~2Fx", "_published/x", "_published%2Fx"));
  }

  private static Arguments name(String stored, String... spellings) {
    return Arguments.of(stored, List.of(spellings));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everySpelling_isOneName(String stored, List<String> spellings) throws IOException {
    Files.writeString(stack.originDir().resolve(stored), "seen by nobody yet");
    for (String read : spellings) {
      assertThat(api.get(read).text()).as(read).isEqualTo("seen by nobody yet");
    }
    assertThat(stack.originGets(stored)).isEqualTo(1);
    for (String written : spellings) {
      String etag = api.given(written, "put as " + written);

      assertThat(stack.originDir().resolve(stored)).hasContent("put as " + written);
      assertThat(stack.published().resolve(stored)).hasContent("put as " + written);
      for (String read : spellings) {
        RawResponse answer = api.get(read);
        assertThat(answer.text()).as(read).isEqualTo("put as " + written);
        assertThat(only(answer, "ETag")).isEqualTo(etag);
        assertThat(api.head(read).status()).as(read).isEqualTo(200);
      }
      problem(api.put(spellings.getLast(), "x", "If-None-Match: *"), 412);
      assertThat(api.delete(spellings.getLast()).status()).isEqualTo(200);
      for (String read : spellings) {
        assertThat(api.get(read).status()).as(read).isEqualTo(404);
      }
      assertThat(stack.originDir().resolve(stored)).doesNotExist();
    }
  }

  /** Names that look alike are different files, here and at the origin, which is flat. */
  @Test
  void namesThatLookAlike_areDifferent() throws IOException {
    List<String> names =
        List.of(
            "d",
            "d/",
            "d//",
            "/d",
            "D",
            "d/e",
            "d/E",
            "d//e",
            "d~2Fe",
            "~d~2Fe",
            "d%252Fe",
            "d%252fe",
            "d+e",
            "d%20e",
            "d%2520e",
            "d;e",
            "d.e",
            "d./e",
            "d/.e",
            "d%C3%A9",
            "d%E9",
            "de%CC%81",
            "%7E%7Ed",
            "d%7E",
            "%7Ed");
    for (String name : names) {
      api.given(name, "content of " + name);
    }
    for (String name : names) {
      assertThat(api.get(name).text()).isEqualTo("content of " + name);
    }
    for (String name : names) {
      assertThat(StackFixture.list(stack.originDir()))
          .filteredOn(file -> hasContent(file, "content of " + name))
          .hasSize(1);
      assertThat(api.delete(name).status()).isEqualTo(200);
      assertThat(StackFixture.list(stack.originDir()))
          .noneMatch(file -> hasContent(file, "content of " + name));
    }
  }

  /** Bytes that ought to be encoded are not. */
  @Test
  void rawUtf8() throws IOException {
    api.given("raw%C3%A9", "content");
    try (RawHttp http = api.connect()) {
      http.request("GET", PATH + "raw\u00e9");
      assertThat(http.finalResponse().text()).isEqualTo("content");
    }
  }

  // --- no names: 400 ------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "?a",
        ".",
        "..",
        "%2E",
        "%2e%2E",
        ".%2e",
        "./a",
        "a/.",
        "a/..",
        "a/./b",
        "a/../b",
        "a/%2E%2e/b",
        "a%2F..%2Fb",
        "a%2F%2e%2e",
        "../etc/passwd",
        "..%2F..%2Fetc%2Fpasswd",
        "../../etc/passwd",
        "../../../../etc/passwd",
        "../fileserver/a",
        "../../_published/a",
        "%00",
        "a%00b",
        "a%00",
        "%",
        "a%",
        "%4",
        "a%4",
        "%zz",
        "%4g",
        "%%41",
        "%u0041",
      })
  void noName(String spelling) throws IOException {
    api.given("a", "content");
    for (String method : new String[] {"GET", "DELETE"}) {
      problem(api.ask(method, PATH + spelling), 400);
    }
    problem(api.put(spelling, "content"), 400);
    RawResponse head = api.head(spelling);
    assertThat(head.status()).isEqualTo(400);
    assertThat(head.body()).isEmpty();
    assertThat(api.get("a").text()).isEqualTo("content");
  }

  @Test
  void noSlashBehindTheService() throws IOException {
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      problem(api.ask(method, "/api/fileserver"), 400);
      problem(api.ask(method, "/api/fileserver?x"), 400);
    }
  }

  // --- too long: 414 ------------------------------------------------------------------------

  /** Returns names whose stored form has 255 bytes, with that form. */
  static Stream<Arguments> longest() {
    return Stream.of(
        Arguments.of("p".repeat(255), "p".repeat(255)),
        Arguments.of("%70".repeat(255), "p".repeat(255)),
        Arguments.of("%C3%A9".repeat(42) + "ab", "~" + "~C3~A9".repeat(42) + "ab"),
        Arguments.of("/".repeat(84) + "cd", "~" + "~2F".repeat(84) + "cd"),
        Arguments.of("." + "d".repeat(253), "~." + "d".repeat(253)));
  }

  @ParameterizedTest
  @MethodSource("longest")
  void theLongestName(String spelling, String stored) throws IOException {
    assertThat(stored).hasSize(255);
    assertThat(api.put(spelling, "long").status()).isEqualTo(201);
    assertThat(api.get(spelling).text()).isEqualTo("long");
    assertThat(stack.originDir().resolve(stored)).hasContent("long");
    assertThat(api.delete(spelling).status()).isEqualTo(200);
    assertThat(api.get(spelling).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @MethodSource("longest")
  void oneByteMore(String spelling, String stored) throws IOException {
    assertThat(problem(api.get(spelling + "x"), 414)).contains("255");
    assertTooLong(spelling + "x");
    assertThat(stack.originGets(stored + "x")).isZero();
  }

  static Stream<String> farTooLong() {
    return Stream.of("/".repeat(255), "%41".repeat(1000), "y".repeat(4_000), "y".repeat(30_000));
  }

  @ParameterizedTest
  @MethodSource("farTooLong")
  void farTooLongAName(String spelling) throws IOException {
    assertTooLong(spelling);
  }

  private static void assertTooLong(String spelling) throws IOException {
    problem(api.get(spelling), 414);
    problem(api.put(spelling, "content"), 414);
    problem(api.delete(spelling), 414);
    RawResponse head = api.head(spelling);
    assertThat(head.status()).isEqualTo(414);
    assertThat(head.body()).isEmpty();
  }

  private static boolean hasContent(Path file, String content) {
    try {
      return Arrays.equals(Files.readAllBytes(file), content.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
