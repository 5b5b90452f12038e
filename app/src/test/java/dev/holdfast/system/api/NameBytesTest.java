package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.problem;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A name is its bytes. Two spellings name one file if and only if they decode to the same bytes. A
 * byte from 0x80 on may be percent-encoded or as it is. Names here are strings with one char for
 * each byte.
 */
@ParameterizedClass
@EnumSource(Front.class)
final class NameBytesTest {
  /** The first and the last byte of each class of UTF-8: ASCII, continuations, leads, none. */
  private static final int[] CLASSES = {
    0x7e, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
    0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfb, 0xfc, 0xfd, 0xfe, 0xff
  };

  /**
   * Characters that may not stand in a target as they are: they end it, part it or begin an
   * encoding.
   */
  private static final String NOT_RAW = " \u007f#%?";

  private static StackFixture stack;
  private static Api api;
  private static RawHttp connection;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup().withLatencyMs(1).withMode(Mode.BEHIND));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    connection.close();
    connection = null;
    stack.closeChecked();
  }

  @Test
  void everyByte() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (int b = 1; b <= 0xff; b++) {
      if (b != '.') {
        names.add(string(b));
      }
      names.add("b" + string(b));
    }
    assertEachIsAFileOfItsOwn(names);
  }

  @Test
  void everyPairOfClassesOfUtf8() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (int first : CLASSES) {
      for (int second : CLASSES) {
        names.add(string(first) + string(second));
      }
    }
    assertEachIsAFileOfItsOwn(names);
  }

  @Test
  void randomBytes() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < 300) {
      var name = new StringBuilder("r");
      for (int n = 1 + random.nextInt(8); n > 0; n--) {
        name.append(string(random.nextBoolean() ? 0x80 + random.nextInt(0x80) : any(random)));
      }
      if (!name.toString().matches("(?s).*/\\.\\.?(?:/.*|$)")) {
        names.add(name.toString());
      }
    }
    assertEachIsAFileOfItsOwn(names);
  }

  /** The names of clients that encode nothing: emoji, accents as one character and as two. */
  @Test
  void textThatIsNotEncoded() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (String text :
        List.of("\ud83d\ude00", "\ud83d\ude01", "\u00e9", "e\u0301", "\ufffd", "\u20ac", "??")) {
      names.add(new String(text.getBytes(UTF_8), ISO_8859_1));
    }
    assertEachIsAFileOfItsOwn(names);
  }

  @Test
  void conditionsAndDeletes_meanTheSameFile() throws IOException {
    String name = "\u00f0\u009f\u0098\u0080\u00ff";
    assertThat(ask("PUT", raw(name), "1").status()).isEqualTo(201);
    problem(ask("PUT", encoded(name), "2", "If-None-Match: *"), 412);
    problem(ask("PUT", raw(name), "2", "If-None-Match: *"), 412);
    assertThat(ask("HEAD", raw(name), "").status()).isEqualTo(200);
    assertThat(ask("DELETE", raw(name), "").status()).isEqualTo(200);
    problem(ask("GET", encoded(name), ""), 404);
    problem(ask("GET", raw(name), ""), 404);
  }

  /** Targets come byte by byte, or several at once. The end of a read changes no name. */
  @Test
  void targetsThatComeInPieces_orTogether() throws IOException {
    List<String> names = List.of("p\u00f0\u009f\u0098\u0080", "p\u00ff\u00fe", "\u00e9", "p\u00c3");
    for (String name : names) {
      assertThat(ask("PUT", encoded(name), encoded(name)).status()).isEqualTo(201);
    }
    var together = new StringBuilder();
    for (String name : names) {
      String get = "GET " + raw(name) + " HTTP/1.1\r\nHost: a\r\n\r\n";
      together.append(get);
      try (RawHttp http = api.connect()) {
        for (byte b : get.getBytes(ISO_8859_1)) {
          http.bytes(new byte[] {b});
        }
        assertThat(http.finalResponse().text()).isEqualTo(encoded(name));
      }
    }
    try (RawHttp http = api.connect()) {
      http.bytes(together.toString().getBytes(ISO_8859_1));
      for (String name : names) {
        assertThat(http.finalResponse().text()).isEqualTo(encoded(name));
      }
    }
  }

  /** Spaces and control bytes cannot be in a target: nobody takes them for a name. */
  @Test
  void bytesThatCannotBeInATarget_areRefused() throws IOException {
    for (int b = 1; b <= 0x7f; b++) {
      if ((b <= ' ' && b != '\r' && b != '\n') || b == 0x7f) {
        String name = "c" + string(b) + "d";
        problem(api.get(name), 400);
        problem(api.put(name, "x"), 400);
      }
    }
  }

  /**
   * Checks that each name is a file of its own. Each is put in one spelling and read in the others,
   * and all are there before the first is read.
   */
  private static void assertEachIsAFileOfItsOwn(Set<String> names) throws IOException {
    int number = 0;
    Map<String, List<String>> others = new LinkedHashMap<>();
    for (String name : names) {
      var spellings = new ArrayList<String>(spellings(name));
      String spelling = spellings.remove(number++ % spellings.size());
      assertThat(ask("PUT", spelling, encoded(name)).status()).as(encoded(name)).isEqualTo(201);
      others.put(name, spellings);
    }
    for (String name : names) {
      for (String spelling : others.get(name)) {
        RawResponse answer = ask("GET", spelling, "");
        assertThat(answer.status()).as(encoded(name)).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(encoded(name));
      }
      assertThat(stack.published().resolve(stored(name))).hasContent(encoded(name));
    }
  }

  private static List<String> spellings(String name) {
    return List.of(raw(name), encoded(name), spell(name, i -> i % 2 == 0));
  }

  private static RawResponse ask(String method, String target, String body, String... headers)
      throws IOException {
    var all = new ArrayList<>(List.of(headers));
    if (!body.isEmpty()) {
      all.add("Content-Length: " + body.length());
    }
    if (connection == null || !connection.isReusable()) {
      connection = api.connect();
    }
    connection.requestBytes(method, target.getBytes(ISO_8859_1), all.toArray(String[]::new));
    return connection.text(body).finalResponse();
  }

  /** Returns the spelling with the fewest encoded bytes. */
  private static String raw(String name) {
    return spell(name, _ -> true);
  }

  private static String encoded(String name) {
    return spell(name, _ -> false);
  }

  private static String spell(String name, IntPredicate isRaw) {
    var target = new StringBuilder(PATH);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean canBeRaw = c > ' ' && NOT_RAW.indexOf(c) < 0;
      target.append(
          canBeRaw && isRaw.test(i) ? Character.toString(c) : "%%%02X".formatted((int) c));
    }
    return target.toString();
  }

  private static String stored(String name) {
    if (name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
      return name;
    }
    var stored = new StringBuilder("~");
    for (int i = 0; i < name.length(); i++) {
      String plain = name.substring(i, i + 1);
      stored.append(
          plain.matches("[A-Za-z0-9._-]") ? plain : "~%02X".formatted((int) plain.charAt(0)));
    }
    return stored.toString();
  }

  private static int any(Random random) {
    return 1 + random.nextInt(0xff);
  }

  private static String string(int b) {
    return Character.toString((char) b);
  }
}
