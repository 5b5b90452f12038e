package dev.holdfast.watcher.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * What one check asks and expects, as a mixin. Each option is a key of the file of endpoints, and
 * has its default.
 */
final class CheckOptions {
  @Option(names = "--method", paramLabel = "WORD", description = "such as HEAD; default GET")
  private String method;

  @Option(
      names = "--header",
      paramLabel = "'NAME: TEXT'",
      description = "a further header; may be given several times")
  private List<String> headers = List.of();

  @Option(names = "--body", paramLabel = "TEXT", description = "the body of the request")
  private String body;

  @Option(
      names = "--bearer",
      paramLabel = "REFERENCE",
      description = "a token: '$${env:NAME}' or '$${file:/path}'")
  private String bearer;

  @Option(
      names = "--basic",
      paramLabel = "USER:REFERENCE",
      description = "a user, and a password as '$${env:NAME}' or '$${file:/path}'")
  private String basic;

  @Option(
      names = "--status",
      paramLabel = "CODES",
      description = "the expected status, such as 200-299,301; default 200-299")
  private String status;

  @Option(
      names = "--must",
      paramLabel = "PATTERN",
      description = "must be found in the page; may be given several times")
  private List<String> must = List.of();

  @Option(
      names = "--must-not",
      paramLabel = "PATTERN",
      description = "must not be found in the page; may be given several times")
  private List<String> mustNot = List.of();

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "must be found in the page as it is; may be given several times")
  private List<String> texts = List.of();

  @Option(names = "--timeout", paramLabel = "DURATION", description = "such as 2s; default 10s")
  private String timeout;

  @Option(
      names = "--body-bytes",
      paramLabel = "SIZE",
      description = "so much of the body is read; default 1MiB")
  private String bodyBytes;

  @Option(names = "--family", paramLabel = "any|ipv4|ipv6", description = "default any")
  private String family;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "connects to this address, whatever the name resolves to")
  private String address;

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      description = "a certificate that ends sooner makes the site degraded; default 14")
  private String days;

  @Option(names = "--no-redirects", description = "follows no redirects")
  private boolean isNotFollowing;

  @Option(names = "--no-verify", description = "does not verify certificates")
  private boolean isNotVerifying;

  /**
   * Returns the text of a list with one endpoint.
   *
   * @throws IllegalArgumentException if a header or a user has no colon
   */
  String list(String url) {
    var endpoint = new LinkedHashMap<String, String>();
    endpoint.put("id", quoted("check"));
    endpoint.put("url", quoted(url));
    putText(endpoint, "method", method);
    if (!headers.isEmpty()) {
      endpoint.put("headers", headerMap());
    }
    putText(endpoint, "body", body);
    putCredentials(endpoint);
    putText(endpoint, "timeout", timeout);
    putPlain(endpoint, "body_bytes", bodyBytes);
    putText(endpoint, "family", family);
    putText(endpoint, "resolve", address);
    if (isNotFollowing) {
      endpoint.put("redirects", "false");
    }
    var tls = new LinkedHashMap<String, String>();
    putPlain(tls, "days", days);
    if (isNotVerifying) {
      tls.put("verify", "false");
    }
    putMap(endpoint, "tls", tls);
    var expect = new LinkedHashMap<String, String>();
    putText(expect, "status", status);
    putTexts(expect, "must", must);
    putTexts(expect, "must_not", mustNot);
    putTexts(expect, "text", texts);
    putMap(endpoint, "expect", expect);
    return "{\"endpoints\": [" + map(endpoint) + "]}";
  }

  private void putCredentials(Map<String, String> endpoint) {
    if (bearer != null) {
      endpoint.put("auth", "{\"bearer\": " + quoted(bearer) + "}");
    } else if (basic != null) {
      String[] parts = parted(basic, "--basic");
      endpoint.put(
          "auth",
          "{\"basic\": {\"user\": %s, \"password\": %s}}"
              .formatted(quoted(parts[0]), quoted(parts[1])));
    }
  }

  private String headerMap() {
    var map = new LinkedHashMap<String, String>();
    for (String header : headers) {
      String[] parts = parted(header, "--header");
      map.put(parts[0], quoted(parts[1]));
    }
    return map(map);
  }

  private static String[] parted(String text, String option) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(option + " must have a colon, such as 'a: b'");
    }
    return new String[] {text.substring(0, colon).strip(), text.substring(colon + 1).strip()};
  }

  private static void putText(Map<String, String> map, String key, String value) {
    if (value != null) {
      map.put(key, quoted(value));
    }
  }

  /** Puts a number or a size, or a text if it is neither, so that the complaint shows it. */
  private static void putPlain(Map<String, String> map, String key, String value) {
    if (value != null) {
      map.put(key, value.matches("[0-9]{1,18}") ? value : quoted(value));
    }
  }

  private static void putTexts(Map<String, String> map, String key, List<String> values) {
    if (!values.isEmpty()) {
      List<String> quoted = new ArrayList<>();
      values.forEach(value -> quoted.add(quoted(value)));
      map.put(key, "[" + String.join(", ", quoted) + "]");
    }
  }

  private static void putMap(Map<String, String> map, String key, Map<String, String> value) {
    if (!value.isEmpty()) {
      map.put(key, map(value));
    }
  }

  private static String map(Map<String, String> map) {
    return map.entrySet().stream()
        .map(each -> quoted(each.getKey()) + ": " + each.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** Returns a text in double quotes (YAML 1.2, section 7.3.1). */
  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
