package dev.holdfast.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.DamagedLogException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of an earlier version: the last position is found, and damage is refused. */
class OlderPositionsTest {
  private static final Path FILE = Path.of("/dir/position-3");
  private static final int LINE = OlderPositions.LINE_BYTES;

  @Test
  void line_isAsDocsShowIt() {
    assertThat(OlderPositions.line(0))
        .asString(US_ASCII)
        .isEqualTo("0000000000 bdb2fa14            \n");
    assertThat(OlderPositions.line(4)).asString(US_ASCII).startsWith("0000000004 d9de3f10 ");
    assertThat(OlderPositions.line(42)).hasSize(LINE);
  }

  @Test
  void lastLine_torn_isPassedOver_atEveryByte() throws Exception {
    byte[] whole = lines(40, 41, 42);
    for (int length = 2 * LINE; length < whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);
      assertThat(last(torn)).as("%d bytes", length).isEqualTo(41);
      byte[] grown = Arrays.copyOf(torn, whole.length + 100);
      assertThat(last(grown)).as("%d bytes and zeros", length).isEqualTo(41);
    }
    assertThat(last(whole)).isEqualTo(42);
  }

  /** Either of two parts of a line may reach the disk first. */
  @Test
  void lastLine_withoutItsHead_isPassedOver_atEveryByte() throws Exception {
    for (int head = 1; head <= LINE; head++) {
      byte[] torn = lines(40, 41, 42);
      Arrays.fill(torn, 2 * LINE, 2 * LINE + head, (byte) 0);
      assertThat(last(torn)).as("the first %d bytes", head).isEqualTo(41);
    }
  }

  @Test
  void earlierLine_withoutItsHead_isRefused() {
    byte[] torn = lines(41, 42, 43);
    Arrays.fill(torn, LINE, LINE + 8, (byte) 0);
    assertRefused(torn, LINE);
    assertRefused(Arrays.copyOf(torn, torn.length - 1), LINE);
  }

  @Test
  void anyBit_flipped_neverGoesBackInSilence() {
    for (int bit = 0; bit < 3 * LINE * Byte.SIZE; bit++) {
      byte[] flipped = lines(7, 8, 9);
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertRefused(flipped, bit / Byte.SIZE / LINE * LINE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0000000007",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
      })
  void file_withoutAnyLine_isRefused(String content) {
    assertRefused(content.getBytes(US_ASCII), 0);
  }

  @Test
  void lines_thatGoBack_areRefused() {
    assertRefused(lines(9, 8), LINE);
  }

  @Test
  void file_longerThanAny_isRefused() {
    var positions = new long[OlderPositions.LINES_MAX + 1];
    assertRefused(lines(positions), 0);
  }

  private static byte[] lines(long... positions) {
    var file = new ByteArrayOutputStream();
    for (long position : positions) {
      file.writeBytes(OlderPositions.line(position));
    }
    return file.toByteArray();
  }

  private static long last(byte[] file) throws DamagedLogException {
    var positions = new ArrayList<Long>();
    OlderPositions.read(FILE, file, record -> positions.add(Positions.parse(record)));
    return positions.getLast();
  }

  private static void assertRefused(byte[] file, int offset) {
    assertThatThrownBy(() -> last(file))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageStartingWith(FILE + " is damaged at offset " + offset + ": ");
  }
}
