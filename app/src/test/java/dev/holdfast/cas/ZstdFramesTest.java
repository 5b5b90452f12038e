package dev.holdfast.cas;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of zstd is decoded, and what is not. */
final class ZstdFramesTest {
  @Test
  void frames_ofAnySize_areDecoded() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      var plain = new byte[random.nextInt(400_000)];
      random.nextBytes(plain);
      Arrays.fill(plain, 0, plain.length / 2, (byte) 'x');
      assertThat(decoded(stream(plain))).isEqualTo(plain);
      assertThat(decoded(block(plain))).isEqualTo(plain);
    }
    assertThat(decoded(joined(stream(new byte[10]), stream(new byte[20])))).hasSize(30);
  }

  @Test
  void frames_thatAreCut_areRefusedAtEveryByte() throws Exception {
    byte[] whole = block("some text, some text, some text".repeat(20).getBytes(US_ASCII));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decoded(cut)).isInstanceOf(BadEncodingException.class);
    }
    assertThatThrownBy(() -> decoded(joined(whole, new byte[] {1, 2})))
        .isInstanceOf(BadEncodingException.class);
    assertThatThrownBy(() -> decoded("no zstd at all".getBytes(US_ASCII)))
        .isInstanceOf(BadEncodingException.class);
  }

  /** Window descriptor (RFC 8878, 3.1.1.1.2): 8 MiB is exponent 13, mantissa 0. */
  @ParameterizedTest
  @CsvSource({"104, true", "105, false", "112, false", "255, false"})
  void window_isBounded(int descriptor, boolean taken) throws Exception {
    // Magic, no single segment, window; then one last, raw block of one byte.
    byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) descriptor, 9, 0, 0, 'x'};
    if (taken) {
      assertThat(decoded(frame)).isEqualTo(new byte[] {'x'});
    } else {
      assertThatThrownBy(() -> decoded(frame)).hasMessageContaining("window");
    }
  }

  @Test
  void secondFrame_isBoundedAsWell() throws Exception {
    byte[] large = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 255, 9, 0, 0, 'x'};
    assertThatThrownBy(() -> decoded(joined(stream(new byte[10]), large)))
        .hasMessageContaining("window");
    // Content of a single segment is its window: 2^40 bytes.
    byte[] single = {
      0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 9, 0, 0, 'x'
    };
    assertThatThrownBy(() -> decoded(single)).hasMessageContaining("window");
  }

  @Test
  void encoded_isDecoded() throws Exception {
    byte[] plain = "some text ".repeat(100_000).getBytes(US_ASCII);
    var out = new ByteArrayOutputStream();
    Zstd.encode(new ByteArrayInputStream(plain), plain.length, out);
    assertThat(out.size()).isLessThan(plain.length / 100);
    assertThat(decoded(out.toByteArray())).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip, zstd", "ZSTD;q=0.5", "br;q=1, zstd ; q=0.001", "zstd;q=1"})
  void zstd_thatIsAccepted(String field) {
    assertThat(Zstd.isAccepted(field)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "gzip", "*", "zstd;q=0", "zstd; q=0.000", "zstdx", "x-zstd"})
  void zstd_thatIsNot(String field) {
    assertThat(Zstd.isAccepted(field)).isFalse();
  }

  private static byte[] decoded(byte[] encoded) throws IOException {
    return Zstd.decode(new ByteArrayInputStream(encoded)).readAllBytes();
  }

  /** A frame that says its window. */
  private static byte[] stream(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zstd = new ZstdOutputStream(out)) {
      zstd.write(plain);
    }
    return out.toByteArray();
  }

  /** A frame that says its length. */
  private static byte[] block(byte[] plain) {
    var compressor = new ZstdCompressor();
    var out = new byte[compressor.maxCompressedLength(plain.length)];
    int length = compressor.compress(plain, 0, plain.length, out, 0, out.length);
    return Arrays.copyOf(out, length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
