package dev.holdfast.system.cas;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.system.Api;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that come and go as zstd. The digest is always that of the plain bytes. */
final class CasZstdTest {
  private static final int BYTES_MAX = 1_000_000;
  private static final String ZSTD = "Content-Encoding: zstd";

  @TempDir Path directory;
  private CasFixture f;

  @BeforeEach
  void start() throws Exception {
    f =
        CasFixture.start(
            directory,
            CasConfig.DEFAULT
                .withBodyBytesMax(BYTES_MAX)
                .withPartsMax(10)
                .withActionBytesMax(1024));
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void encodedBody_isStoredPlain() throws Exception {
    byte[] plain = bytes("some text ".repeat(50_000));
    String digest = sha256(plain);

    assertThat(f.put(digest, zstd(plain), ZSTD).status()).isEqualTo(201);
    assertThat(f.get(digest).body()).isEqualTo(plain);
    assertThat(f.published(".large/cas-" + digest)).hasBinaryContent(plain);
    assertThat(f.put(digest, zstd(plain), ZSTD).status()).isEqualTo(200);
    assertThat(f.put(digest, zstd(bytes("other")), ZSTD).status()).isEqualTo(422);
    assertThat(f.put(digest, zstd(plain)).status()).isEqualTo(422);
    assertThat(f.post(zstd(plain), ZSTD).status()).isEqualTo(201);
    String key = sha256(bytes("key"));
    assertThat(f.send("PUT", "/ac/" + key, zstd(bytes("action")), ZSTD).status()).isEqualTo(201);
    assertThat(f.front().ask("GET", "/ac/" + key).text()).isEqualTo("action");
  }

  @Test
  void encodedAnswer_isGivenToWhoTakesIt() throws Exception {
    byte[] plain = bytes("some text ".repeat(50_000));
    String digest = sha256(plain);
    assertThat(f.put(digest, plain).status()).isEqualTo(201);

    RawResponse encoded = f.get(digest, "Accept-Encoding: gzip, zstd");
    assertThat(Api.only(encoded, "Content-Encoding")).isEqualTo("zstd");
    assertThat(Api.only(encoded, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(encoded.body().length).isLessThan(plain.length / 10);
    assertThat(new ZstdInputStream(new ByteArrayInputStream(encoded.body())).readAllBytes())
        .isEqualTo(plain);
    String tag = Api.only(encoded, "ETag");
    assertThat(tag).isNotEqualTo('"' + digest + '"');
    assertThat(f.get(digest, "Accept-Encoding: zstd", "If-None-Match: " + tag).status())
        .isEqualTo(304);
    RawResponse head = f.front().ask("HEAD", "/cas/" + digest, "Accept-Encoding: zstd");
    assertThat(Api.only(head, "Content-Encoding")).isEqualTo("zstd");
    assertThat(head.headers("Content-Length")).isEmpty();

    for (String plainly : new String[] {"gzip", "*", "zstd;q=0"}) {
      RawResponse answer = f.get(digest, "Accept-Encoding: " + plainly);
      assertThat(answer.headers("Content-Encoding")).isEmpty();
      assertThat(answer.body()).isEqualTo(plain);
    }
    RawResponse part = f.get(digest, "Accept-Encoding: zstd", "Range: bytes=0-3");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo("some");
  }

  @Test
  void bomb_isRefused_andKeepsNothing() throws Exception {
    byte[] bomb = zstd(new byte[50 * BYTES_MAX]);
    assertThat(bomb.length).isLessThan(BYTES_MAX);
    String digest = sha256(bytes("a"));

    Api.problem(f.put(digest, bomb, ZSTD), 413);
    Api.problem(f.post(bomb, ZSTD), 413);
    Api.problem(f.send("PUT", "/ac/" + digest, bomb, ZSTD), 413);
    f.assertNothingKeptBut();
    f.given("a");
    Api.problem(f.put(digest, bomb, ZSTD), 413); // even if nothing would be kept anyway
  }

  @Test
  void badEncoding_isRefused_andKeepsNothing() throws Exception {
    String digest = sha256(bytes("some text"));
    byte[] whole = zstd(bytes("some text"));
    byte[] window = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 255, 9, 0, 0, 'x'};
    byte[] flipped = whole.clone();
    flipped[whole.length - 6] ^= 0x40;

    for (byte[] bad :
        new byte[][] {
          Arrays.copyOf(whole, whole.length - 1), bytes("no zstd"), new byte[0], window
        }) {
      Api.problem(f.put(digest, bad, ZSTD), 400);
      Api.problem(f.post(bad, ZSTD), 400);
    }
    assertThat(f.put(digest, flipped, ZSTD).status()).isIn(400, 422);
    f.assertNothingKeptBut();
  }

  /** There are more bodies than decoders. */
  @Test
  void slowEncodedBodies_keepNoDecoderFromOthers() throws Exception {
    byte[] plain = bytes("some text ".repeat(5_000));
    byte[] encoded = zstd(plain);
    var slow = new ArrayList<RawHttp>();
    try {
      for (int i = 0; i < 8; i++) {
        slow.add(f.front().connect());
        slow.getLast()
            .request("POST", "/cas", ZSTD, "Content-Length: " + encoded.length)
            .bytes(Arrays.copyOf(encoded, encoded.length - 1));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(f.post(zstd(bytes("quick " + i)), ZSTD).status()).isEqualTo(201);
      }
      for (RawHttp http : slow) {
        http.bytes(new byte[] {encoded[encoded.length - 1]});
        assertThat(http.finalResponse().status()).isEqualTo(201);
      }
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
    assertThat(f.get(sha256(plain)).body()).isEqualTo(plain);
  }

  private static byte[] zstd(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = new ZstdOutputStream(out)) {
      encoder.write(plain);
    }
    return out.toByteArray();
  }
}
