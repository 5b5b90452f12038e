package dev.holdfast.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDigestTest {
  /** CRC-32 0xcbf43926, CRC-32C 0xe3069283, the check values of their catalogues. */
  @Test
  void content_isMixedFromBothChecksums() {
    assertThat(digest("123456789".getBytes(StandardCharsets.UTF_8)).content())
        .isEqualTo(new Content(9, 0x024171da));
  }

  @Test
  void content_ofNothing_isThere() {
    assertThat(new ContentDigest().content()).isEqualTo(new Content(0, 1));
  }

  @Test
  void content_ofAnyPieces_isThatOfTheWhole() {
    byte[] body = random(new Random(1), 1_000);
    var pieces = new ContentDigest();
    pieces.update(body, 0, 1);
    pieces.update(body, 1, 0);
    pieces.update(body, 1, 999);
    assertThat(pieces.content()).isEqualTo(digest(body).content());
  }

  /** A checksum over data and the same checksum behind it is one and the same for all data. */
  @ParameterizedTest
  @ValueSource(classes = {CRC32.class, CRC32C.class})
  void content_ofBodiesThatEndWithAChecksum_differs(Class<? extends Checksum> kind)
      throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var checksums = new HashSet<Long>();
    var contents = new HashSet<Content>();
    for (int i = 0; i < 100; i++) {
      byte[] data = random(random, 50);
      Checksum checksum = kind.getConstructor().newInstance();
      checksum.update(data);
      byte[] body = Arrays.copyOf(data, 54);
      ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putInt(50, (int) checksum.getValue());
      checksum.reset();
      checksum.update(body);
      checksums.add(checksum.getValue());
      contents.add(digest(body).content());
    }
    assertThat(checksums).hasSize(1);
    assertThat(contents).as("of 100 bodies, seed %d", seed).hasSize(100);
  }

  @Test
  void sha256_whereItIsAskedFor_isThere_andEndsTheBody() {
    var asked = ContentDigest.withSha256();
    byte[] body = "abc".getBytes(StandardCharsets.UTF_8);
    asked.update(body, 0, 3);
    assertThat(asked.sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        .isEqualTo(asked.sha256());
    assertThat(asked.content()).isEqualTo(digest(body).content());
    assertThatThrownBy(() -> asked.update(body, 0, 3)).isInstanceOf(IllegalStateException.class);
    assertThat(asked.content()).isEqualTo(digest(body).content());
  }

  @Test
  void sha256_whereNobodyAskedForIt_isRefused() {
    assertThatThrownBy(() -> new ContentDigest().sha256())
        .isInstanceOf(IllegalStateException.class);
  }

  private static ContentDigest digest(byte[] body) {
    var digest = new ContentDigest();
    digest.update(body, 0, body.length);
    return digest;
  }

  private static byte[] random(Random random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
