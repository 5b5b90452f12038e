package dev.holdfast.watcher.guard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses that are written as numbers. It is stricter than Java, which reads {@code 127.1} and
 * {@code 010.0.0.1}, of which others read something else.
 */
public final class AddressLiteral {
  private static final String BYTE = "(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
  private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f:]*:(?:[0-9A-Fa-f:]*|" + IPV4 + ")");

  private AddressLiteral() {}

  /**
   * Returns the address that a text is: four decimal numbers, or an IPv6 address (RFC 4291, section
   * 2.2) without a zone and without brackets. Returns empty if it is none. An IPv4 address in the
   * form of IPv6, such as {@code ::ffff:1.2.3.4}, is returned as the IPv4 address.
   */
  public static Optional<InetAddress> parse(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // such as :::, or nine groups
    }
  }

  /** Returns the address of 4 or 16 bytes. */
  static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, e);
    }
  }
}
