package dev.holdfast.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A part of a body, both ends included.
 *
 * @param first offset of the first byte, 0 or more
 * @param last offset of the last byte, {@code first} or more
 */
public record ByteRange(long first, long last) {
  private static final Pattern RANGES =
      Pattern.compile("bytes\\s*=(.*)", Pattern.CASE_INSENSITIVE); // RFC 9110, 14.1

  private static final Pattern RANGE = Pattern.compile("([0-9]*)\\s*-\\s*([0-9]*)");
  private static final Pattern LEADING_ZEROS = Pattern.compile("^0+");

  /** Any number of so many digits is a long. */
  private static final int LONG_DIGITS = 18;

  /** The part of a body of some length that a Range field asks for. */
  public sealed interface Asked {
    /** No range, one that is malformed, or several: the whole body is sent (RFC 9110, 14.2). */
    record Whole() implements Asked {}

    /** One range that lies in the body. */
    record Part(ByteRange range) implements Asked {}

    /** One range that does not touch the body: 416. */
    record Unsatisfiable() implements Asked {}
  }

  /**
   * The Range field of a request; null if it has none, or is not a GET, for which alone it means
   * something (RFC 9110, 14.2).
   */
  public static String field(Context ctx) {
    return ctx.req().getMethod().equals("GET") ? ctx.header("Range") : null;
  }

  /**
   * Reads a Range field (RFC 9110, 14.1.2).
   *
   * @param field its value; null if there is none
   * @param length of the body in bytes
   */
  public static Asked parse(String field, long length) {
    Matcher ranges = field == null ? null : RANGES.matcher(field);
    if (ranges == null || !ranges.matches()) {
      return new Asked.Whole();
    }
    // Empty elements of a list are passed over (RFC 9110, 5.6.1.2).
    List<String> elements =
        Stream.of(ranges.group(1).split(",")).map(String::strip).filter(e -> !e.isEmpty()).toList();
    Optional<ByteRange> range =
        elements.size() == 1 ? range(elements.getFirst(), length) : Optional.empty();
    if (range.isEmpty()) {
      return new Asked.Whole();
    }
    ByteRange asked = range.get();
    return asked.first < length && asked.last >= asked.first
        ? new Asked.Part(asked)
        : new Asked.Unsatisfiable();
  }

  /** How many bytes it is, 1 or more. */
  public long length() {
    return last - first + 1;
  }

  /** Empty if it is malformed, or ends before it begins. */
  private static Optional<ByteRange> range(String element, long length) {
    Matcher m = RANGE.matcher(element);
    if (!m.matches() || (m.group(1).isEmpty() && m.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (m.group(1).isEmpty()) {
      long suffix = number(m.group(2));
      return Optional.of(
          suffix == 0
              ? new ByteRange(length, length)
              : new ByteRange(Math.max(0, length - suffix), length - 1));
    }
    long from = number(m.group(1));
    long to = m.group(2).isEmpty() ? Long.MAX_VALUE : number(m.group(2));
    return to < from
        ? Optional.empty()
        : Optional.of(new ByteRange(from, Math.min(to, length - 1)));
  }

  /** A number beyond all files counts as the largest one that there is: it may have any digits. */
  private static long number(String digits) {
    String significant = LEADING_ZEROS.matcher(digits).replaceFirst("");
    if (significant.isEmpty()) {
      return 0;
    }
    return significant.length() > LONG_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
  }
}
