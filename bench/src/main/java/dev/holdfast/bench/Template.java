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

  /** Returns a file of the resources. */
  static byte[] bytes(String name) throws IOException {
    try (InputStream in = Template.class.getResourceAsStream("/bench/" + name)) {
      if (in == null) {
        throw new IOException("no such template: " + name);
      }
      return in.readAllBytes();
    }
  }

  /**
   * Returns the log directives of the sidecars' nginx for {@code access.log}, so that every nginx
   * here writes the same.
   *
   * @param nginx the project's directory of nginx's configuration
   */
  static String accessLog(Path nginx) throws IOException {
    return Files.readString(nginx.resolve("log-format.conf"))
            .replace("include proxy.conf;", "") // there is none
        + "access_log access.log json buffer=64k flush=1s;\n";
  }
}
