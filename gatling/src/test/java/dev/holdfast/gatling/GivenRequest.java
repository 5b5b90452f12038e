package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One request of {@link ConstantRate}, in the form of its option: {@code RATE METHOD URL}, or
 * {@code RATE METHOD URL ~PATTERN} if the body has to match a pattern.
 *
 * @param perSecond how often it is sent in a second
 * @param url absolute, or a path on the front
 * @param file the name of the file that it reads, writes or deletes, however the URL spells it;
 *     empty for any other request
 * @param pattern the pattern of the whole body, if there is one
 */
record GivenRequest(
    double perSecond, String method, String url, Optional<String> file, Optional<Pattern> pattern) {
  private static final String FILES = "/api/fileserver/";
  private static final Set<String> METHODS_OF_FILES = Set.of("GET", "PUT", "DELETE");

  /**
   * The comma between two requests. A comma in a URL or in a pattern has no rate and method behind
   * it.
   */
  private static final Pattern BETWEEN = Pattern.compile(",(?=\\s*[0-9.]+\\s+[A-Z]+\\s)");

  /**
   * Parses all requests of the option.
   *
   * @throws IllegalArgumentException if one of them has another form
   */
  static List<GivenRequest> parseAll(String option) {
    return BETWEEN.splitAsStream(option).map(GivenRequest::parse).toList();
  }

  private static GivenRequest parse(String text) {
    String[] parts = text.strip().split("\\s+", 4);
    boolean patternGiven = parts.length == 4;
    if (parts.length < 3
        || !parts[0].matches("[0-9.]+")
        || !parts[1].matches("[A-Z]+")
        || (patternGiven && !parts[3].startsWith("~"))) {
      throw new IllegalArgumentException(
          "not RATE METHOD URL or RATE METHOD URL ~PATTERN: " + text);
    }
    if (!parts[2].matches("(/|https?://)[!-~]*") || parts[2].endsWith(",")) {
      throw new IllegalArgumentException(
          "neither a path nor a URL of printable ASCII characters: " + parts[2]);
    }
    Optional<String> file = METHODS_OF_FILES.contains(parts[1]) ? file(parts[2]) : Optional.empty();
    if (patternGiven && file.isPresent() && !parts[1].equals("GET")) {
      throw new IllegalArgumentException("a request that writes a file takes no pattern: " + text);
    }
    return new GivenRequest(
        Double.parseDouble(parts[0]),
        parts[1],
        parts[2],
        file,
        patternGiven ? Optional.of(pattern(parts[3].substring(1))) : Optional.empty());
  }

  /** Returns its name in the summary. */
  String title() {
    return method + " " + url;
  }

  /** Returns the file that it changes, or empty for a read. */
  Optional<String> writes() {
    return method.equals("GET") ? Optional.empty() : file;
  }

  private static Optional<String> file(String url) {
    String path = URI.create(url).getRawPath();
    if (!path.startsWith(FILES) || path.length() == FILES.length()) {
      return Optional.empty();
    }
    // Each byte is a character of ISO 8859-1, so that any name comes through. A plus is not a space
    // here.
    String name = URLDecoder.decode(path.substring(FILES.length()).replace("+", "%2B"), ISO_8859_1);
    return Optional.of(URLEncoder.encode(name, ISO_8859_1));
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("no regular expression: " + text, e);
    }
  }
}
