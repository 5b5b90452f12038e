package dev.holdfast.system.nginx;

import static dev.holdfast.system.nginx.NginxFixture.PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.names.Name;
import dev.holdfast.names.StoredName;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that nginx answers alone, from the directory of published files. */
final class NginxFastPathTest {
  private static final long MTIME_S = 0x6abcdef1L;
  private static final String ETAG = "\"6abcdef1-a\"";

  @TempDir Path directory;
  private NginxFixture nginx;

  @BeforeEach
  void start() throws IOException {
    nginx = NginxFixture.start(directory, 1);
    nginx.publish("name", "0123456789", MTIME_S);
  }

  @AfterEach
  void stop() throws IOException {
    nginx.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "name?", "name?a=/b%20c"})
  void get_published(String target) throws IOException {
    var answer = nginx.ask("GET", PREFIX + target);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("0123456789");
    assertHeadersOfAFile(answer);
    assertThat(answer.onlyHeader("Accept-Ranges")).isEqualTo("bytes");
    assertThat(answer.onlyHeader("Content-Length")).isEqualTo("10");
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void head_published() throws IOException {
    var answer = nginx.ask("HEAD", PREFIX + "name");

    assertThat(answer.status()).isEqualTo(200);
    assertHeadersOfAFile(answer);
    assertThat(answer.onlyHeader("Content-Length")).isEqualTo("10");
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void get_nameOf255Bytes() throws IOException {
    nginx.publish("n".repeat(255), "long", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + "n".repeat(255)).text()).isEqualTo("long");

    assertThat(nginx.ask("GET", PREFIX + "n".repeat(256)).status()).isEqualTo(201);
    assertThat(nginx.ask("GET", PREFIX + "%6e".repeat(255)).status()).isEqualTo(201);
    assertThat(nginx.requests()).hasSize(2);
  }

  @Test
  void get_empty() throws IOException {
    nginx.publish("empty", "", MTIME_S);
    var answer = nginx.ask("GET", PREFIX + "empty");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.onlyHeader("Content-Length")).isEqualTo("0");
    assertThat(answer.onlyHeader("ETag")).isEqualTo("\"6abcdef1-0\"");
  }

  @Test
  void get_range() throws IOException {
    var answer = nginx.ask("GET", PREFIX + "name", "Range: bytes=2-4");
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo("234");
    assertThat(answer.onlyHeader("Content-Range")).isEqualTo("bytes 2-4/10");
    assertHeadersOfAFile(answer);
  }

  @Test
  void get_rangeOutside() throws IOException {
    var answer = nginx.ask("GET", PREFIX + "name", "Range: bytes=10-");
    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.onlyHeader("Content-Range")).isEqualTo("bytes */10");
    assertThat(NginxFixture.problem(answer).path("status").asInt()).isEqualTo(416);
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.headers("Last-Modified")).isEmpty();
  }

  @Test
  void get_ifRange() throws IOException {
    var same = nginx.ask("GET", PREFIX + "name", "Range: bytes=2-4", "If-Range: " + ETAG);
    assertThat(same.status()).isEqualTo(206);
    var other = nginx.ask("GET", PREFIX + "name", "Range: bytes=2-4", "If-Range: \"other\"");
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.text()).isEqualTo("0123456789");
  }

  @Test
  void get_ifNoneMatch() throws IOException {
    var same = nginx.ask("GET", PREFIX + "name", "If-None-Match: " + ETAG);
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.onlyHeader("ETag")).isEqualTo(ETAG);
    assertThat(same.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(same.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(same.headers("Last-Modified")).isEmpty();

    assertThat(nginx.ask("GET", PREFIX + "name", "If-None-Match: \"other\"").status())
        .isEqualTo(200);
  }

  @Test
  void get_ifMatch() throws IOException {
    assertThat(nginx.ask("GET", PREFIX + "name", "If-Match: " + ETAG).status()).isEqualTo(200);

    var other = nginx.ask("GET", PREFIX + "name", "If-Match: \"other\"");
    assertThat(other.status()).isEqualTo(412);
    assertThat(NginxFixture.problem(other).path("status").asInt()).isEqualTo(412);
    assertThat(other.onlyHeader("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void get_ifModifiedSinceIsNotHeeded() throws IOException {
    var answer =
        nginx.ask("GET", PREFIX + "name", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void get_ifUnmodifiedSinceIsForTheSidecarItself() throws IOException {
    nginx.ask("GET", PREFIX + "name", "If-Unmodified-Since: Fri, 31 Dec 1999 23:59:59 GMT");
    assertThat(nginx.requestLines()).containsExactly("GET " + PREFIX + "name HTTP/1.1");
    assertThat(nginx.requests().getFirst().has("X-Holdfast-Accel")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "POST", "PATCH", "OPTIONS"})
  void otherMethodsOnAPublishedFileReachTheSidecar(String method) throws IOException {
    assertThat(nginx.ask(method, PREFIX + "name").status()).isEqualTo(201);
    assertThat(nginx.requestLines()).containsExactly(method + " " + PREFIX + "name HTTP/1.1");
  }

  @Test
  void get_replacedFile() throws IOException {
    assertThat(nginx.ask("GET", PREFIX + "name").onlyHeader("ETag")).isEqualTo(ETAG);
    nginx.publish("name", "abcdefghij", MTIME_S + 1);
    var answer = nginx.ask("GET", PREFIX + "name", "If-None-Match: " + ETAG);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("abcdefghij");
  }

  /** nginx sends it as if it were published. For one request in 16 it asks the sidecar. */
  @Test
  void get_cold() throws IOException {
    int asks = 200;
    nginx.publish(".cold/chilly", "0123456789", MTIME_S);
    nginx.publish(".cold/~a~20b", "0123456789", MTIME_S);
    for (String target : List.of("chilly", "a%20b")) {
      int before = nginx.requests().size();
      for (int i = 0; i < asks; i++) {
        var answer = nginx.ask("GET", PREFIX + target);
        if (answer.status() == 200) {
          assertThat(answer.text()).isEqualTo("0123456789");
          assertHeadersOfAFile(answer);
        } else {
          assertThat(answer.status()).as("what the sidecar answers").isEqualTo(201);
        }
      }
      assertThat(nginx.requests().size() - before).isBetween(1, asks / 4);
    }
  }

  @Test
  void get_publishedAndCold_isThePublishedOne() throws IOException {
    nginx.publish(".cold/name", "older", MTIME_S);
    for (int i = 0; i < 50; i++) {
      assertThat(nginx.ask("GET", PREFIX + "name").text()).isEqualTo("0123456789");
    }
  }

  /** A path below the directory of published files is not a file of the API. */
  @ParameterizedTest
  @ValueSource(strings = {".cold", ".cold/chilly", "%2Ecold/chilly", "~/chilly", "", "?"})
  void get_theDirectoryItself_isTheSidecarsToAnswer(String target) throws IOException {
    nginx.publish(".cold/chilly", "0123456789", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + target).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE"})
  void otherMethodsOnAColdFileReachTheSidecar(String method) throws IOException {
    nginx.publish(".cold/chilly", "0123456789", MTIME_S);
    for (int i = 1; i <= 20; i++) {
      assertThat(nginx.ask(method, PREFIX + "chilly").status()).isEqualTo(201);
      assertThat(nginx.requests()).hasSize(i);
    }
  }

  /** Every byte that is not plain is encoded, and no other. nginx makes the stored form. */
  @ParameterizedTest
  @CsvSource({
    "a%20b, ~a~20b",
    "a%20b?q=%20, ~a~20b",
    "%20, ~~20",
    ".a%2Fb, ~.a~2Fb",
    "%C3%A9t%C3%A9, ~~C3~A9t~C3~A9",
    "1%2B1%3D2, ~1~2B1~3D2",
    "%7Estored, ~~7Estored",
    "%E6%97%A5%E6%9C%AC%E8%AA%9E.txt, ~~E6~97~A5~E6~9C~AC~E8~AA~9E.txt",
    "%25%25%25%25%25%25%25%25%25%25%25%25, ~~25~25~25~25~25~25~25~25~25~25~25~25"
  })
  void get_encodedName(String target, String stored) throws Exception {
    assertThat(StoredName.parse(stored)).isPresent();
    nginx.publish(stored, "0123456789", MTIME_S);

    var answer = nginx.ask("GET", PREFIX + target);

    assertThat(answer.text()).isEqualTo("0123456789");
    assertHeadersOfAFile(answer);
    assertThat(nginx.ask("HEAD", PREFIX + target).onlyHeader("ETag")).isEqualTo(ETAG);
    assertThat(nginx.requests()).isEmpty();
  }

  /** Bytes that are not plain stand as they are, or are encoded in either case, in any mixture. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:b",
        "a@b?q",
        "a+b",
        "1,5",
        "a=b",
        "!",
        "a;b",
        "a&b",
        "it's",
        "a*",
        "~a",
        "(",
        ")",
        "US$",
        "copy(1).txt",
        "()",
        "a:b:c",
        "a:b@c?q=a:b",
        ")(",
        "a+%20",
        "a%2fb",
        "a%2Fb%c3%A9",
        "a/b",
        "/name",
        "name/",
        "a//b",
        "%61%20",
        "%7e%2D/%2ea",
        ".hidden",
        "a/.hidden",
        "1/2/3/4/5/6/7/8/9/10/11/12/13"
      })
  void get_unencodedName(String target) throws Exception {
    String stored = Name.parse(target.replaceFirst("[?].*", "")).stored().toString();
    nginx.publish(stored, "0123456789", MTIME_S);

    var answer = nginx.ask("GET", PREFIX + target);

    assertThat(answer.text()).isEqualTo("0123456789");
    assertHeadersOfAFile(answer);
    assertThat(nginx.requests()).isEmpty();
  }

  @Test
  void get_unencodedNameOf255Bytes() throws Exception {
    nginx.publish("~" + "n".repeat(251) + "~3A", "long", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + "n".repeat(251) + ":").text()).isEqualTo("long");
    nginx.publish("~" + "n".repeat(248) + "~28~29", "pair", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + "n".repeat(248) + "()").text()).isEqualTo("pair");
    assertThat(nginx.requests()).isEmpty();

    assertThat(nginx.ask("GET", PREFIX + "n".repeat(252) + ":").status()).isEqualTo(201);
    assertThat(nginx.ask("GET", PREFIX + "n".repeat(249) + "()").status()).isEqualTo(201);
  }

  /** The sidecar decodes every spelling that nginx does not know, whatever is published. */
  @ParameterizedTest
  @CsvSource({
    "a%2fb, ~a~2fb",
    "%61, a", // an encoded plain byte in a plain name
    "a%20/, ~a~20",
    "a%20|, ~a~20~7C",
    "%25%25%25%25%25%25%25%25%25%25%25%25%25, ~~25~25~25~25~25~25~25~25~25~25~25~25~25",
    "1/2/3/4/5/6/7/8/9/10/11/12/13/14, ~1~2F2~2F3~2F4~2F5~2F6~2F7~2F8~2F9~2F10~2F11~2F12~2F13~2F14"
  })
  void get_otherSpelling(String target, String stored) throws IOException {
    nginx.publish(stored, "0123456789", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + target).status()).isEqualTo(201);
    assertThat(nginx.requestLines()).containsExactly("GET " + PREFIX + target + " HTTP/1.1");
  }

  @Test
  void get_encodedNameOf255Bytes() throws IOException {
    nginx.publish("~" + "n".repeat(251) + "~20", "long", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + "n".repeat(251) + "%20").text()).isEqualTo("long");

    assertThat(nginx.ask("GET", PREFIX + "n".repeat(252) + "%20").status()).isEqualTo(201);
  }

  /** Stored forms of other names are not names themselves, and encoded spellings are not files. */
  @ParameterizedTest
  @ValueSource(strings = {"~stored", ".hidden", "na%6De", "name/", "/name", "name%3F", "a/name"})
  void get_notPlain(String target) throws IOException {
    nginx.publish("~stored", "x", MTIME_S);
    nginx.publish(".hidden", "x", MTIME_S);
    assertThat(nginx.ask("GET", PREFIX + target).status()).isEqualTo(201);
    assertThat(nginx.requestLines()).containsExactly("GET " + PREFIX + target + " HTTP/1.1");
  }

  @Test
  void get_notPublished() throws IOException {
    nginx.withdraw("name");
    assertThat(nginx.ask("GET", PREFIX + "name").status()).isEqualTo(201);
  }

  /** A FIFO is there and cannot be sent. Static serving refuses it as not found. */
  @Test
  void get_ofWhatIsNoFile() throws Exception {
    var fifo = directory.resolve("published/fleeting");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertThat(nginx.ask("GET", PREFIX + "fleeting?q").status()).isEqualTo(201);

    assertThat(nginx.requestLines()).containsExactly("GET " + PREFIX + "fleeting?q HTTP/1.1");
    assertThat(nginx.requests().getFirst().values("X-Holdfast-Accel"))
        .containsExactly("/_published/");
  }

  private static void assertHeadersOfAFile(RawResponse answer) {
    assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.onlyHeader("ETag")).isEqualTo(ETAG);
    assertThat(answer.onlyHeader("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.onlyHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.headers("Last-Modified")).isEmpty();
    assertThat(answer.onlyHeader("Server")).isEqualTo("nginx");
  }
}
