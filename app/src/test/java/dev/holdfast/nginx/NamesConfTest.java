package dev.holdfast.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.names.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Makes nginx/names.conf and name-bytes.conf, which nobody writes by hand, and compares them. */
final class NamesConfTest {
  private static final Path DIRECTORY = Path.of("..", "nginx");

  /** The most bytes that are not plain, or encoded, on the fast path. */
  private static final int BYTES_MAX = 12;

  /** The characters that a path may have as they are (RFC 3986, 3.3) and a plain name may not. */
  private static final String NOT_PLAIN = "!$&'()*+,/:;=@~";

  private static final String PLAIN_BYTES = "[A-Za-z0-9._-]*+";

  @Test
  void names_areThoseOfEverySpelling() throws IOException {
    var expected = new ArrayList<String>();
    for (int i = 1; i <= BYTES_MAX; i++) {
      expected.add("map $byte%d $stored%d {".formatted(i, i));
      expected.add("    default \"\";");
      expected.add("    include name-bytes.conf;");
      expected.add("}");
    }
    expected.add("map \"$request_method $not_for_nginx $request_uri\" $odd_stored_name {");
    expected.add("    default \"\";");
    expected.add("    \"" + pattern() + "\" " + stored() + ";");
    expected.add("}");
    assertThat(lines("names.conf")).containsExactlyElementsOf(expected);
  }

  private static String pattern() {
    var more = "";
    for (int i = BYTES_MAX; i > 0; i--) {
      more =
          "(?:(?<byte%d>%%[0-9A-Fa-f]{2}|[%s])(?<plain%d>%s)%s)?+"
              .formatted(i, NOT_PLAIN, i, PLAIN_BYTES, more);
    }
    return "~^(?:GET|HEAD)  /api/fileserver/(?<plain0>%s)%s(?:\\?[^#]*)?$"
        .formatted(PLAIN_BYTES, more);
  }

  private static String stored() {
    var stored = new StringBuilder("~$plain0");
    for (int i = 1; i <= BYTES_MAX; i++) {
      stored.append("$stored").append(i).append("$plain").append(i);
    }
    return stored.toString();
  }

  @Test
  void bytes_areStoredAsInAName() throws Exception {
    var expected = new ArrayList<String>();
    for (int b = 0; b < 256; b++) {
      expected.add("\"%%%02x\" %s;".formatted(b, inAnOddName("%%%02x".formatted(b))));
    }
    for (int i = 0; i < NOT_PLAIN.length(); i++) {
      char c = NOT_PLAIN.charAt(i);
      String escape = c == '~' ? "\\" : ""; // a map takes what begins with ~ for a pattern
      expected.add("\"%s%c\" %s;".formatted(escape, c, inAnOddName("" + c)));
    }
    assertThat(lines("name-bytes.conf")).containsExactlyElementsOf(expected);
  }

  /** Returns how a byte is stored in a name that is not plain because of another one. */
  private static String inAnOddName(String spelling) throws Exception {
    if (spelling.equals("%00")) {
      return "~00"; // no name has it
    }
    String stored = Name.parse("!" + spelling).stored().toString();
    return stored.substring("~~21".length());
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(DIRECTORY.resolve(file)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }
}
