package dev.holdfast.watcher;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of HTTP status codes, 100 to 599, which is not empty.
 *
 * <p>Threading: immutable.
 */
public final class StatusSet {
  private static final int LEAST = 100;
  private static final int MOST = 599;
  private static final Pattern RANGE = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

  /** 200 to 299. */
  public static final StatusSet SUCCESS = parse("200-299");

  private final BitSet codes;

  private StatusSet(BitSet codes) {
    this.codes = codes;
  }

  /**
   * Returns the set that a text names: codes and ranges with commas between them, such as {@code
   * 200-299,301}.
   *
   * @throws IllegalArgumentException if the text names none; the message says what is wrong
   */
  public static StatusSet parse(String text) {
    BitSet codes = new BitSet(MOST + 1);
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        throw new IllegalArgumentException(
            "status must be codes of "
                + LEAST
                + " to "
                + MOST
                + " and ranges, such as 200-299,301,"
                + " not "
                + text);
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first) {
        throw new IllegalArgumentException(
            "status has a range that ends before it begins: " + part);
      }
      codes.set(first, last + 1);
    }
    return new StatusSet(codes);
  }

  /** Returns true if the set has the code. */
  public boolean contains(int code) {
    return code >= 0 && codes.get(code);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StatusSet set && codes.equals(set.codes);
  }

  @Override
  public int hashCode() {
    return codes.hashCode();
  }

  /** Returns the shortest text that {@link #parse} makes the same set of. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (int first = codes.nextSetBit(0); first >= 0; ) {
      int last = codes.nextClearBit(first) - 1;
      parts.add(first == last ? Integer.toString(first) : first + "-" + last);
      first = codes.nextSetBit(last + 1);
    }
    return String.join(",", parts);
  }
}
