package dev.holdfast.watcher.guard;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A net: all addresses that begin with the same bits.
 *
 * @param address the first address, in which all bits behind the prefix are 0
 * @param prefixBits the length of the prefix in bits, 0 to 32 for IPv4 and 0 to 128 for IPv6
 */
public record Net(InetAddress address, int prefixBits) {
  private static final Pattern CIDR = Pattern.compile("([^/]+)(?:/(0|[1-9][0-9]{0,2}))?");

  public Net {
    int bits = address.getAddress().length * Byte.SIZE;
    if (prefixBits < 0 || prefixBits > bits) {
      throw new IllegalArgumentException("prefix must be 0 to " + bits + ", not " + prefixBits);
    }
    InetAddress first = masked(address, prefixBits);
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          "net has bits behind its prefix: write "
              + first.getHostAddress()
              + "/"
              + prefixBits
              + " for the net, or "
              + address.getHostAddress()
              + "/"
              + bits
              + " for the address alone");
    }
  }

  /**
   * Reads a net in CIDR notation (RFC 4632), such as {@code 10.0.0.0/8}. An address without a
   * prefix is the net of that address alone.
   *
   * @throws IllegalArgumentException if it is none; the message says what to write instead
   */
  public static Net parse(String text) {
    Matcher cidr = CIDR.matcher(text);
    Optional<InetAddress> address =
        cidr.matches() ? AddressLiteral.parse(cidr.group(1)) : Optional.empty();
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          "net must be an address and a prefix, such as 10.0.0.0/8 or fd00::/8, not " + text);
    }
    boolean isIpv4 = address.get() instanceof Inet4Address;
    if (isIpv4 && cidr.group(1).contains(":")) {
      throw new IllegalArgumentException(
          "net is an IPv4 one in the form of IPv6: write "
              + address.get().getHostAddress()
              + " and its prefix of 0 to 32, not "
              + text);
    }
    int bits = isIpv4 ? 32 : 128;
    String prefix = cidr.group(2);
    return new Net(address.get(), prefix == null ? bits : Integer.parseInt(prefix));
  }

  /** Returns true if the net has the address. It has none of the other family. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] its = other.getAddress();
    if (mine.length != its.length) {
      return false;
    }
    int whole = prefixBits / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != its[i]) {
        return false;
      }
    }
    int rest = prefixBits % Byte.SIZE;
    return rest == 0 || ((mine[whole] ^ its[whole]) & mask(rest)) == 0;
  }

  /** Returns true if the net is one address. */
  public boolean isOneAddress() {
    return prefixBits == address.getAddress().length * Byte.SIZE;
  }

  private static InetAddress masked(InetAddress address, int prefixBits) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int bits = Math.clamp(prefixBits - (long) i * Byte.SIZE, 0, Byte.SIZE);
      bytes[i] &= (byte) mask(bits);
    }
    return AddressLiteral.ofBytes(bytes);
  }

  /** Returns a byte whose first bits are 1. */
  private static int mask(int bits) {
    return 0xff << (Byte.SIZE - bits) & 0xff;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixBits;
  }
}
