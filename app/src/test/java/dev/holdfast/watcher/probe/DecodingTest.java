package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.probe.Decoding.Decoded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Bodies that are encoded. */
final class DecodingTest {
  private static final byte[] PAGE = "a page ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
  private static final long MOST = 8 << 20;

  @Test
  void decode_deflateWithAndWithoutItsFrame() {
    for (boolean isBare : new boolean[] {true, false}) {
      Decoded decoded = Decoding.decode(deflated(isBare), "deflate", false, PAGE.length, MOST);

      assertThat(decoded).isInstanceOf(Decoded.Body.class);
      assertThat(((Decoded.Body) decoded).bytes()).isEqualTo(PAGE);
    }
  }

  @Test
  void decode_keepsTheBeginningAndCountsTheRest() {
    Decoded decoded = Decoding.decode(Sites.gzipped(PAGE), "gzip", false, 100, MOST);

    Decoded.Body body = (Decoded.Body) decoded;
    assertThat(body.bytes()).isEqualTo(Arrays.copyOf(PAGE, 100));
    assertThat(body.count()).isEqualTo(PAGE.length);
  }

  @Test
  void decode_atTheBoundAndBeyond() {
    byte[] packed = Sites.gzipped(PAGE);

    assertThat(Decoding.decode(packed, "gzip", false, 10, PAGE.length))
        .isInstanceOf(Decoded.Body.class);
    assertThat(Decoding.decode(packed, "gzip", false, 10, PAGE.length - 1))
        .isEqualTo(new Decoded.TooLarge(PAGE.length - 1));
  }

  @Test
  void decode_halfABody() {
    byte[] packed = Sites.gzipped(noise());
    byte[] half = Arrays.copyOf(packed, packed.length / 2);

    Decoded known = Decoding.decode(half, "gzip", true, 1 << 20, MOST);
    Decoded unknown = Decoding.decode(half, "gzip", false, 1 << 20, MOST);

    assertThat(known).isInstanceOf(Decoded.Body.class);
    assertThat(((Decoded.Body) known).count()).isPositive();
    assertThat(unknown).isInstanceOf(Decoded.Bad.class);
  }

  @Test
  void decode_somethingElse() {
    byte[] text = "this is no gzip".getBytes(StandardCharsets.UTF_8);

    assertThat(Decoding.decode(text, "gzip", false, 100, MOST)).isInstanceOf(Decoded.Bad.class);
    assertThat(Decoding.decode(text, "deflate", false, 100, MOST)).isInstanceOf(Decoded.Bad.class);
    assertThat(Decoding.decode(new byte[0], "gzip", false, 100, MOST))
        .isInstanceOf(Decoded.Body.class);
  }

  private static byte[] deflated(boolean isBare) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, isBare);
    deflater.setInput(PAGE);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    byte[] chunk = new byte[1024];
    while (!deflater.finished()) {
      out.write(chunk, 0, deflater.deflate(chunk));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** Returns bytes that do not pack well, from a fixed seed. */
  private static byte[] noise() {
    byte[] bytes = new byte[50_000];
    new java.util.Random(1).nextBytes(bytes);
    return bytes;
  }
}
