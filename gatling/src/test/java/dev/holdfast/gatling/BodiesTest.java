package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BodiesTest {
  private static final String NAME = "load-a";
  private static final int MIN = Bodies.lengthMin(NAME);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 8_191, 8_192, 8_193, 100_000})
  void identify_whole(int over) {
    var id = new Bodies.Id(NAME, 7, 3, MIN + over);

    byte[] body = Bodies.make(id);

    assertThat(body).hasSize(MIN + over);
    assertThat(Bodies.identify(NAME, body)).isEqualTo(new Seen.Body(id));
  }

  @Test
  void identify_anyBitWrong() {
    byte[] body = Bodies.make(new Bodies.Id(NAME, 7, 3, MIN + 20));
    for (int bit = 0; bit < body.length * Byte.SIZE; bit++) {
      byte[] damaged = body.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

      assertThat(Bodies.identify(NAME, damaged)).as("bit %s", bit).isInstanceOf(Seen.Corrupt.class);
    }
  }

  @Test
  void identify_cutAnywhere() {
    byte[] body = Bodies.make(new Bodies.Id(NAME, 7, 3, MIN + 20));
    for (int length = 0; length < body.length; length++) {
      assertThat(Bodies.identify(NAME, Arrays.copyOf(body, length)))
          .as("%s bytes", length)
          .isInstanceOf(Seen.Corrupt.class);
    }
  }

  @Test
  void identify_longer() {
    byte[] body = Bodies.make(new Bodies.Id(NAME, 7, 3, MIN + 20));

    assertThat(Bodies.identify(NAME, Arrays.copyOf(body, body.length + 1)))
        .isInstanceOf(Seen.Corrupt.class);
  }

  @Test
  void identify_patchedFromTwoWrites() {
    byte[] older = Bodies.make(new Bodies.Id(NAME, 7, 3, 20_000));
    byte[] newer = Bodies.make(new Bodies.Id(NAME, 7, 4, 20_000));
    System.arraycopy(older, 10_000, newer, 10_000, 10_000);

    assertThat(Bodies.identify(NAME, newer)).isInstanceOf(Seen.Corrupt.class);
  }

  @Test
  void identify_anotherName() {
    byte[] body = Bodies.make(new Bodies.Id("load-b", 7, 3, 1_000));

    assertThat(Bodies.identify(NAME, body)).isInstanceOf(Seen.Corrupt.class);
  }

  @Test
  void isOurs_anyThatStartsSo() {
    byte[] body = Bodies.make(new Bodies.Id(NAME, 7, 3, 1_000));

    assertThat(Bodies.isOurs(body)).isTrue();
    assertThat(Bodies.isOurs(Arrays.copyOf(body, 20))).isTrue();
    assertThat(Bodies.isOurs(Arrays.copyOf(body, 4))).isFalse();
    assertThat(Bodies.isOurs(new byte[1_000])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 8_192, 20_001})
  void writeTo_sameBytes(int length, @TempDir Path directory) throws Exception {
    var id = new Bodies.Id(NAME, 1, 1, length);
    Path file = directory.resolve("body");

    String sha1 = Bodies.writeTo(file, id);

    assertThat(fileBytes(file)).isEqualTo(Bodies.make(id));
    assertThat(sha1)
        .isEqualTo(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(Bodies.make(id))));
  }

  private static byte[] fileBytes(Path file) throws IOException {
    return Files.readAllBytes(file);
  }
}
