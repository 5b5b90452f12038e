package dev.holdfast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Configurations of the candidates, with placeholders such as {@code @{port}}. */
final class Template {
  private static final Pattern PLACEHOLDER = Pattern.compile("@\\{([a-z_]+)}");

  /** The targets of a benchmark are ASCII, which the pattern before this one has decided. */
  private static final String ASCII_BYTES = "[\\x00-\\x7f]*+";

  private Template() {}

  /** Renders one of the templates beside this package. */
  static String render(String name, Map<String, Object> values) throws IOException {
    return fill(new String(bytes(name), StandardCharsets.UTF_8), values);
  }

  /**
   * @throws IllegalArgumentException if there is no value for a placeholder
   */
  static String fill(String text, Map<String, Object> values) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> {
              Object value = values.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException("no value for " + found.group());
              }
              return Matcher.quoteReplacement(value.toString());
            });
  }

  /** A file of the resources. */
  static byte[] bytes(String name) throws IOException {
    try (InputStream in = Template.class.getResourceAsStream("/bench/" + name)) {
      if (in == null) {
        throw new IOException("no such template: " + name);
      }
      return in.readAllBytes();
    }
  }

  /**
   * The part of the sidecars' nginx configuration that says what is logged, so that every nginx
   * here writes the same.
   */
  static String accessLog(Path nginxTemplate) throws IOException {
    String text = Files.readString(nginxTemplate);
    int from = text.indexOf("# --- the access log");
    int to = text.indexOf("# --- the sidecars");
    if (from < 0 || to < from) {
      throw new IOException("no section about the access log in " + nginxTemplate);
    }
    return fill(
        text.substring(from, to), Map.of("access_log", "access.log", "utf_bytes", ASCII_BYTES));
  }
}
