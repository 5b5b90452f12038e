package dev.holdfast.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a body, both ends included.
 *
 * @param first offset of the first byte, 0 or more
 * @param last offset of the last byte, {@code first} or more
 */
public record ByteRange(long first, long last) {
  private static final Pattern SINGLE = Pattern.compile("bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*");

  /** What a Range field asks of a body of some length. */
  public sealed interface Asked {
    /** No range, one that is malformed, or several: the whole body is sent (RFC 9110, 14.2). */
    record Whole() implements Asked {}

    /** One range that lies in the body. */
    record Part(ByteRange range) implements Asked {}

    /** One range that does not touch the body: 416. */
    record Unsatisfiable() implements Asked {}
  }

  /**
   * Reads a Range field (RFC 9110, 14.1.2).
   *
   * @param field its value; null if there is none
   * @param length of the body in bytes
   */
  public static Asked parse(String field, long length) {
    Matcher m = field == null ? null : SINGLE.matcher(field);
    if (m == null || !m.matches() || (m.group(1).isEmpty() && m.group(2).isEmpty())) {
      return new Asked.Whole();
    }
    Optional<ByteRange> range = range(m.group(1), m.group(2), length);
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

  /** Empty if it is malformed: the end before the start, or numbers out of all bounds. */
  private static Optional<ByteRange> range(String first, String last, long length) {
    if (first.length() > 18 || last.length() > 18) {
      return Optional.empty();
    }
    if (first.isEmpty()) {
      long suffix = Long.parseLong(last);
      return Optional.of(
          suffix == 0
              ? new ByteRange(length, length)
              : new ByteRange(Math.max(0, length - suffix), length - 1));
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
    return to < from
        ? Optional.empty()
        : Optional.of(new ByteRange(from, Math.min(to, length - 1)));
  }
}
