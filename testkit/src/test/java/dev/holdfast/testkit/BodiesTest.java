package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.testkit.Bodies.Corrupt;
import dev.holdfast.testkit.Bodies.Identified;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BodiesTest {
  private static final String NAME = "a dir/naïve ☕";
  private static final int LENGTH = 4_000;

  private final byte[] body = Bodies.make(NAME, 3, 17, LENGTH);

  @Test
  void wholeBody_saysWhatItIs() {
    assertThat(body).hasSize(LENGTH);
    assertThat(Bodies.identify(NAME, body)).isEqualTo(Bodies.id(NAME, 3, 17, LENGTH));
    assertThat(Bodies.id(NAME, 3, 17, LENGTH).text()).isEqualTo("3/17 (4000 B)");
  }

  @Test
  void extremes_sayWhatTheyAre() {
    int min = Bodies.lengthMin(NAME);
    for (int length : new int[] {min, min + 1, min + 7, 8_192, 8_193, 1 << 20}) {
      byte[] bytes = Bodies.make(NAME, Long.MIN_VALUE, Integer.MAX_VALUE, length);
      assertThat(Bodies.identify(NAME, bytes))
          .isEqualTo(Bodies.id(NAME, Long.MIN_VALUE, Integer.MAX_VALUE, length));
    }
  }

  @Test
  void streamedBody_isIdentifiedWithoutBeingHeld() throws IOException {
    Bodies.Id large = Bodies.id(NAME, 1, 1, 64L << 20);
    try (InputStream stream = Bodies.stream(large)) {
      assertThat(Bodies.identify(NAME, stream)).isEqualTo(large);
    }
  }

  @Test
  void twoWrites_haveNoEightBytesInCommonAfterTheHeader() {
    byte[] other = Bodies.make(NAME, 3, 18, LENGTH);
    int headerLength = Bodies.lengthMin(NAME) - 16;
    for (int i = headerLength; i + 8 <= LENGTH; i += 8) {
      assertThat(Arrays.copyOfRange(other, i, i + 8))
          .isNotEqualTo(Arrays.copyOfRange(body, i, i + 8));
    }
  }

  @Test
  void everyFlippedBit_isRecognised() {
    byte[] small = Bodies.make(NAME, 3, 17, Bodies.lengthMin(NAME));
    for (int bit = 0; bit < small.length * 8; bit++) {
      byte[] flipped = small.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertCorrupt(flipped);
    }
  }

  @Test
  void everyTruncation_isRecognised() {
    for (int length = 0; length < LENGTH; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      if (length > 1) {
        assertCorrupt(cut);
      } else {
        // Tiny bodies: the check of the history finds them, as values that nobody wrote.
        assertThat(Bodies.identify(NAME, cut)).isNotEqualTo(Bodies.id(NAME, 3, 17, LENGTH));
      }
    }
  }

  @Test
  void appendedBytes_areRecognised() {
    assertCorrupt(Arrays.copyOf(body, LENGTH + 1));
    assertCorrupt(patched(Arrays.copyOf(body, 2 * LENGTH), LENGTH, body, 0, LENGTH));
  }

  @Test
  void mixedBodies_areRecognised_whereverTheyMeet() {
    byte[] other = Bodies.make(NAME, 4, 5, LENGTH);
    for (int seam = 1; seam < LENGTH; seam++) {
      byte[] mixed = patched(body, seam, other, seam, LENGTH - seam);
      // Headers begin alike, so an early seam gives the whole other body.
      if (!Arrays.equals(mixed, other)) {
        assertCorrupt(mixed);
      }
    }
  }

  @Test
  void oneBlockOfAnotherBody_isRecognised() {
    byte[] other = Bodies.make(NAME, 4, 5, LENGTH);
    assertCorrupt(patched(body, 2_000, other, 2_000, 8));
  }

  @Test
  void shuffledBlocks_areRecognised() {
    assertCorrupt(patched(body, 2_000, body, 3_000, 8));
  }

  @Test
  void shorterBodyInFrontOfALongerOne_isRecognised() {
    byte[] shorter = Bodies.make(NAME, 4, 5, LENGTH / 2);
    assertCorrupt(patched(body, 0, shorter, 0, shorter.length));
  }

  @Test
  void bodyOfAnotherName_isRecognised() {
    for (String other : new String[] {"x", "a dir/naïve ☔", "a much longer name than that one"}) {
      assertCorrupt(Bodies.make(other, 3, 17, LENGTH));
    }
  }

  @Test
  void foreignBytes_areRecognised() {
    assertCorrupt(new byte[LENGTH]);
    assertCorrupt("Internal Server Error".getBytes(UTF_8));
  }

  @Test
  void tinyBodies_areOneForEachNameAndLength() {
    Set<Identified> seen = new HashSet<>();
    for (int length = 0; length < Bodies.lengthMin(NAME); length++) {
      Bodies.Id tiny = Bodies.tiny(NAME, length);
      assertThat(Bodies.make(tiny)).hasSize(length);
      assertThat(Bodies.identify(NAME, Bodies.make(tiny))).isEqualTo(tiny);
      assertThat(seen.add(tiny)).isTrue();
    }
    assertCorrupt(new byte[9]);
    assertCorrupt(Bodies.make(Bodies.tiny("x", 9)));
  }

  @Test
  void lengthsThatCannotBe_areRefused() {
    int min = Bodies.lengthMin(NAME);
    assertThatIllegalArgumentException().isThrownBy(() -> Bodies.make(NAME, 0, 0, min - 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Bodies.tiny(NAME, min));
  }

  @Test
  void isOurs_anyThatStartsSo() {
    assertThat(Bodies.isOurs(body)).isTrue();
    assertThat(Bodies.isOurs(Arrays.copyOf(body, 20))).isTrue();
    assertThat(Bodies.isOurs(Arrays.copyOf(body, 4))).isFalse();
    assertThat(Bodies.isOurs(new byte[LENGTH])).isFalse();
  }

  @Test
  void stream_sameBytes_howeverItIsRead() throws IOException {
    for (int piece : new int[] {1, 3, 7, 8, 9, 64, 1_000}) {
      try (InputStream stream = Bodies.stream(Bodies.id(NAME, 3, 17, LENGTH))) {
        byte[] read = new byte[LENGTH];
        for (int at = 0; at < LENGTH; ) {
          at += stream.read(read, at, Math.min(piece, LENGTH - at));
        }
        assertThat(read).as("%s bytes at once", piece).isEqualTo(body);
      }
    }
  }

  private static void assertCorrupt(byte[] bytes) {
    assertThat(Bodies.identify(NAME, bytes)).isInstanceOf(Corrupt.class);
  }

  private static byte[] patched(byte[] to, int at, byte[] from, int start, int length) {
    byte[] patched = to.clone();
    System.arraycopy(from, start, patched, at, length);
    return patched;
  }
}
