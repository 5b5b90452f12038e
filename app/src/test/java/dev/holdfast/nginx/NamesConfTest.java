package dev.holdfast.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Makes the patterns of nginx/names.conf, which nobody writes by hand, and compares them. */
final class NamesConfTest {
  private static final Path FILE = Path.of("..", "nginx", "names.conf");

  /** The most encoded bytes on the fast path. A name with more goes to the sidecar. */
  private static final int ENCODED_BYTES_MAX = 12;

  /**
   * The characters, without the slash, that a path may have as they are (RFC 3986, 3.3) and a plain
   * name may not.
   */
  private static final String NOT_PLAIN = "!$&'()*+,:;=@~";

  /** The length of the longest file name. */
  private static final int STORED_BYTES_MAX = 255;

  @Test
  void names_areThoseOfEverySpelling() throws IOException {
    List<String> lines =
        Files.readAllLines(FILE).stream().filter(line -> !line.startsWith("#")).toList();
    assertThat(lines)
        .containsExactlyElementsOf(
            Stream.concat(
                    IntStream.rangeClosed(1, ENCODED_BYTES_MAX)
                        .mapToObj(NamesConfTest::encodedName),
                    Stream.concat(NOT_PLAIN.chars().mapToObj(Character::toString), Stream.of("()"))
                        .map(NamesConfTest::unencodedName))
                .toList());
  }

  /** Returns the pattern of a target, and the stored form that it gives. */
  private static String encodedName(int encodedBytes) {
    var target = new StringBuilder(plainBytes(0));
    var stored = new StringBuilder("~$plain0");
    for (int i = 1; i <= encodedBytes; i++) {
      target.append("%(?<hex").append(i).append(">[0-9A-F]{2})").append(plainBytes(i));
      stored.append("~$hex").append(i).append("$plain").append(i);
    }
    return name(STORED_BYTES_MAX - 1, target, stored);
  }

  private static String unencodedName(String notPlain) {
    var target = new StringBuilder(plainBytes(0));
    var stored = new StringBuilder("~$plain0");
    for (int i = 1; i <= notPlain.length(); i++) {
      char c = notPlain.charAt(i - 1);
      target.append('[').append(c).append(']').append(plainBytes(i));
      stored.append("~%02X$plain%d".formatted((int) c, i));
    }
    return name(STORED_BYTES_MAX - 1 - 2 * notPlain.length(), target, stored);
  }

  private static String name(int targetBytesMax, CharSequence target, CharSequence stored) {
    return "\"~^(?:GET|HEAD)  /api/fileserver/(?=[^?]{1,%d}(?:\\?|$))%s(?:\\?[^#]*)?$\" %s;"
        .formatted(targetBytesMax, target, stored);
  }

  private static String plainBytes(int number) {
    return "(?<plain" + number + ">[A-Za-z0-9._-]*)";
  }
}
