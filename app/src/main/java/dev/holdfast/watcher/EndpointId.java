package dev.holdfast.watcher;

import java.util.regex.Pattern;

/**
 * The identity of an endpoint. Its history, its state and its slots hang on it, and neither its URL
 * nor its interval is part of it.
 *
 * @param text 1 to {@value #LENGTH_MAX} characters of {@code A-Z a-z 0-9 . _ ~ : @ -}, of which the
 *     first is a letter or a digit. An {@code @} comes in derived ones alone
 */
public record EndpointId(String text) implements Comparable<EndpointId> {
  /** The longest id, in characters: a name, an {@code @} and an IPv6 address. */
  public static final int LENGTH_MAX = 120;

  /** The longest id in a configuration, in characters. */
  public static final int NAME_LENGTH_MAX = 80;

  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~:@-]*");

  public EndpointId {
    if (text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("id must be " + LENGTH_MAX + " characters at most");
    }
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "id must be letters, digits and ._~:@- and begin with a letter or a digit, not " + text);
    }
  }

  /** Returns the id of the endpoint that checks one address of this one. */
  public EndpointId at(String address) {
    return new EndpointId(text + "@" + address);
  }

  @Override
  public int compareTo(EndpointId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
