package dev.holdfast.cas;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoding what is to be sent. */
final class ZstdTest {
  /** A client must be able to tell that something is missing. */
  @ParameterizedTest
  @ValueSource(ints = {0, 10, 1_000_000})
  void streamThatIsTooShort_failsAndLeavesNoWholeFrame(int size) {
    byte[] plain = plain(size);
    var encoded = new ByteArrayOutputStream();
    assertThatThrownBy(
            () -> Zstd.encode(new ByteArrayInputStream(plain), plain.length + 1, encoded))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1 bytes early");
    assertThatThrownBy(() -> decoded(encoded)).isInstanceOf(BadEncodingException.class);
  }

  private static byte[] decoded(ByteArrayOutputStream encoded) throws IOException {
    return Zstd.decode(new ByteArrayInputStream(encoded.toByteArray())).readAllBytes();
  }

  private static byte[] plain(int size) {
    var plain = new byte[size];
    new Random(1).nextBytes(plain);
    return plain;
  }
}
