package dev.holdfast.watcher.pattern;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the bytes of a page into text. The charset is the one that the first of these names: a byte
 * order mark, the header Content-Type, an XML declaration or a meta element in the first {@value
 * #HEAD_BYTES} bytes; otherwise it is UTF-8. A name that Java does not know names nothing. Bytes
 * that are none of the charset become U+FFFD.
 *
 * <p>As browsers do (<a href="https://encoding.spec.whatwg.org/#names-and-labels">Encoding
 * Standard</a>), ISO-8859-1 and US-ASCII are read as windows-1252, and a meta element that says
 * UTF-16 means UTF-8: it could not have been read otherwise.
 */
final class PageText {
  /** So much of a page is searched for its charset. */
  static final int HEAD_BYTES = 1_024;

  private static final int NAME_LENGTH_MAX = 40;

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private static final Pattern PARAMETER =
      Pattern.compile("(?i)(?:^|[;\\s])charset\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;\"']+))");
  private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
  private static final Pattern XML =
      Pattern.compile("^\\s*<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([^\"']+)[\"']");
  private static final Pattern META = Pattern.compile("(?i)<meta[\\s/]([^>]*)>");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(?i)([a-z-]+)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'/>]+))");

  private PageText() {}

  /** Returns a page as text, without its byte order mark. */
  static String decode(byte[] body, Optional<String> contentType) {
    if (startsWith(body, 0xef, 0xbb, 0xbf)) {
      return text(body, 3, StandardCharsets.UTF_8);
    }
    if (startsWith(body, 0xfe, 0xff)) {
      return text(body, 2, StandardCharsets.UTF_16BE);
    }
    if (startsWith(body, 0xff, 0xfe)) {
      return text(body, 2, StandardCharsets.UTF_16LE);
    }
    Charset charset =
        contentType
            .flatMap(PageText::ofParameter)
            .or(() -> ofHead(body))
            .orElse(StandardCharsets.UTF_8);
    return text(body, 0, charset);
  }

  private static String text(byte[] body, int from, Charset charset) {
    return new String(body, from, body.length - from, charset);
  }

  private static boolean startsWith(byte[] body, int... mark) {
    if (body.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((body[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Charset> ofParameter(String header) {
    Matcher parameter = PARAMETER.matcher(header);
    return parameter.find() ? named(firstGroup(parameter, 1)) : Optional.empty();
  }

  private static Optional<Charset> ofHead(byte[] body) {
    int length = Math.min(body.length, HEAD_BYTES);
    String head = new String(body, 0, length, StandardCharsets.ISO_8859_1);
    Matcher xml = XML.matcher(head);
    Optional<Charset> charset = xml.find() ? named(xml.group(1)) : Optional.empty();
    Matcher meta = META.matcher(COMMENT.matcher(head).replaceAll(""));
    while (charset.isEmpty() && meta.find()) {
      charset = ofMeta(meta.group(1));
    }
    return charset.map(PageText::readable);
  }

  private static Optional<Charset> ofMeta(String attributes) {
    String content = "";
    boolean isContentType = false;
    Matcher attribute = ATTRIBUTE.matcher(attributes);
    while (attribute.find()) {
      String value = firstGroup(attribute, 2);
      switch (attribute.group(1).toLowerCase(Locale.ROOT)) {
        case "charset" -> {
          return named(value);
        }
        case "http-equiv" -> isContentType = value.strip().equalsIgnoreCase("content-type");
        case "content" -> content = value;
        default -> {}
      }
    }
    return isContentType ? ofParameter(content) : Optional.empty();
  }

  private static Charset readable(Charset charset) {
    return charset.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : charset;
  }

  private static String firstGroup(Matcher matcher, int first) {
    for (int group = first; group <= matcher.groupCount(); group++) {
      if (matcher.group(group) != null) {
        return matcher.group(group);
      }
    }
    return "";
  }

  private static Optional<Charset> named(String name) {
    String stripped = name.strip();
    if (stripped.isEmpty() || stripped.length() > NAME_LENGTH_MAX) {
      return Optional.empty();
    }
    try {
      Charset charset = Charset.forName(stripped);
      boolean isWestern =
          charset.equals(StandardCharsets.ISO_8859_1) || charset.equals(StandardCharsets.US_ASCII);
      return Optional.of(isWestern ? WINDOWS_1252 : charset);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Optional.empty(); // the next rule names one
    }
  }
}
