package dev.holdfast.watcher.dns;

import java.net.InetAddress;
import java.util.Optional;

/** Addresses that are written as such, and need no resolver. */
public final class Literals {
  private Literals() {}

  /**
   * Returns the address that a text writes, or empty if the text is a name. Brackets around an IPv6
   * address are passed over. IPv4 needs all four numbers in decimal: {@code 127.1} and {@code
   * 0x7f000001} are no addresses here.
   */
  public static Optional<InetAddress> parse(String text) {
    boolean isBracketed = text.startsWith("[") && text.endsWith("]");
    String bare = isBracketed ? text.substring(1, text.length() - 1) : text;
    if (bare.contains("%")) {
      return Optional.empty(); // a zone names an interface of this machine
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
