package dev.holdfast.system.api;

import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.cas.CasFixture;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of files, blobs and actions, whoever answers (RFC 9110, 14). */
@ParameterizedClass
@EnumSource(RangesTest.Who.class)
final class RangesTest {
  private static final int LENGTH = 7_800;
  private static final int RANGES_MAX = 10;

  /** The most bytes around a part of multipart/byteranges. */
  private static final int PART_HEADER_BYTES_MAX = 200;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir private static Path directory;
  private static CasFixture f;

  @Parameter Who who;

  enum Who {
    NGINX,
    /** The sidecar, asked by nginx, for a file that is fetched for this request. */
    SIDECAR_FOR_NGINX,
    SIDECAR
  }

  private enum Store {
    FILES,
    CAS,
    AC
  }

  /** A target with its content, and the server that is asked for it. */
  private record Given(Api api, String target, String content) {
    RawResponse get(String... headers) throws IOException {
      return api.ask("GET", target, headers);
    }
  }

  @BeforeParameterizedClassInvocation
  static void start() throws Exception {
    f = CasFixture.start(Files.createTempDirectory(directory, "stack"));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    f.close();
  }

  /** Range is for GET alone (RFC 9110, 14.2). */
  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=0-3", "bytes=0-", "bytes=-5", "bytes=99999-", "bytes=0-1,3-4", "x"})
  void head_withRange_isOfTheWhole(String range) throws Exception {
    for (Store store : Store.values()) {
      Given given = given(store);
      RawResponse answer = given.api.ask("HEAD", given.target, "Range: " + range);
      assertThat(answer.status()).as("%s", store).isEqualTo(200);
      assertThat(only(answer, "Content-Length")).isEqualTo("" + LENGTH);
      assertThat(answer.headers("Content-Range")).isEmpty();
      assertThat(only(answer, "ETag")).isEqualTo(only(given.get(), "ETag"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-9223372036854775807, 0, 7799",
    "bytes=0-9223372036854775808, 0, 7799",
    "bytes=7-99999999999999999999999999, 7, 7799",
    "bytes=-9223372036854775808, 0, 7799",
    "bytes=-00000000000000000000000000003, 7797, 7799",
    "bytes=00000000000000000000000000003-4, 3, 4",
    "'bytes=2-4,', 2, 4",
    "'bytes=,2-4', 2, 4",
    "'bytes=2-4 , , ', 2, 4",
    "BYTES=2-4, 2, 4",
  })
  void get_ofOneRange_howeverItIsWritten(String range, int first, int last) throws Exception {
    for (Store store : Store.values()) {
      Given given = given(store);
      RawResponse answer = given.get("Range: " + range);
      assertThat(answer.status()).as("%s", store).isEqualTo(206);
      assertThat(answer.text()).isEqualTo(given.content.substring(first, last + 1));
      assertThat(only(answer, "Content-Range")).isEqualTo("bytes " + first + "-" + last + "/7800");
      RawResponse other = given.get("Range: " + range, "If-Range: \"else\"");
      assertThat(other.status()).isEqualTo(200);
      assertThat(other.text()).isEqualTo(given.content);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=7800-", "bytes=9223372036854775808-", "bytes=99999999999999999999-,"})
  void get_beyondTheEnd_is416(String range) throws Exception {
    for (Store store : Store.values()) {
      RawResponse answer = given(store).get("Range: " + range);
      problem(answer, 416);
      assertThat(only(answer, "Content-Range")).isEqualTo("bytes */7800");
    }
  }

  /** RFC 9110, 14.2: many small ranges are ignored or refused. */
  @ParameterizedTest
  @ValueSource(ints = {2, 10, 11, 780})
  void get_ofManyRanges_isNeverMuchMoreThanTheFile(int count) throws Exception {
    String ranges =
        IntStream.range(0, count)
            .mapToObj(i -> 10 * i + "-" + 10 * i)
            .collect(Collectors.joining(","));
    for (Store store : Store.values()) {
      Given given = given(store);
      RawResponse answer = given.get("Range: bytes=" + ranges);
      if (answer.status() == 200) {
        assertThat(answer.text()).isEqualTo(given.content);
      } else {
        assertThat(answer.status()).isEqualTo(206);
        assertThat(only(answer, "Content-Type")).startsWith("multipart/byteranges");
        assertThat(count).isLessThanOrEqualTo(RANGES_MAX);
        assertThat(answer.body()).hasSizeLessThan(count * PART_HEADER_BYTES_MAX);
      }
    }
  }

  @Test
  void get_ofRangesThatOverlap_isNeverMoreThanTheFile() throws Exception {
    String ranges = "0-,".repeat(9) + "0-";
    for (Store store : Store.values()) {
      Given given = given(store);
      RawResponse answer = given.get("Range: bytes=" + ranges);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo(given.content);
    }
  }

  private Given given(Store store) throws Exception {
    var content = new StringBuilder(LENGTH + 20);
    int number = NUMBERS.incrementAndGet(); // nobody has asked for this before
    for (int i = number; content.length() < LENGTH; i++) {
      content.append(number).append('.').append(i).append(' ');
    }
    content.setLength(LENGTH);
    byte[] body = content.toString().getBytes(ISO_8859_1);
    String digest = sha256(body);
    String name =
        switch (store) {
          case FILES -> "file-" + digest;
          case CAS -> "cas-" + digest;
          case AC -> "ac-" + digest;
        };
    String target =
        store == Store.FILES
            ? Api.PATH + name
            : "/" + store.name().toLowerCase(Locale.ROOT) + "/" + digest;
    if (who == Who.SIDECAR_FOR_NGINX) {
      Files.write(f.atOrigin(digest).resolveSibling(name), body);
    } else {
      assertThat(f.send("PUT", target, body).status()).isEqualTo(201);
    }
    Api api = who == Who.SIDECAR ? f.sidecar(ProcessStack.ownerOf(f.ring(), name)) : f.front();
    return new Given(api, target, content.toString());
  }
}
