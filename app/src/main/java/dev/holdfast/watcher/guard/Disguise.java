package dev.holdfast.watcher.guard;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The forms in which an IPv6 address stands for an IPv4 address. A packet to such an address may
 * end at the IPv4 address.
 */
final class Disguise {
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final byte[] TRANSLATED = {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0};
  private static final byte[] COMPATIBLE = new byte[12];
  private static final byte[] NAT64 = {0, 0x64, -1, -101, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] NAT64_LOCAL = {0, 0x64, -1, -101, 0, 1};
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};
  private static final byte[] TEREDO = {0x20, 0x01, 0, 0};

  private Disguise() {}

  /**
   * Returns the IPv4 addresses that an address stands for. None is returned for most.
   *
   * <ul>
   *   <li>IPv4-mapped {@code ::ffff:a.b.c.d} and IPv4-compatible {@code ::a.b.c.d} (RFC 4291,
   *       section 2.5.5); the latter without {@code ::} and {@code ::1}
   *   <li>IPv4-translated {@code ::ffff:0:a.b.c.d} (RFC 2765)
   *   <li>NAT64 {@code 64:ff9b::/96} (RFC 6052), and {@code 64:ff9b:1::/48} (RFC 8215) with the
   *       address at each of the places that RFC 6052, section 2.2, gives it
   *   <li>6to4 {@code 2002::/16} (RFC 3056)
   *   <li>Teredo {@code 2001::/32} (RFC 4380): the server and the client
   *   <li>ISATAP, by the interface identifier (RFC 5214, section 6.1)
   * </ul>
   */
  static List<InetAddress> ipv4Of(InetAddress address) {
    return address instanceof Inet6Address ? ipv4Of(address.getAddress()) : List.of();
  }

  private static List<InetAddress> ipv4Of(byte[] bytes) {
    List<InetAddress> found = new ArrayList<>();
    if (begins(bytes, MAPPED)
        || begins(bytes, TRANSLATED)
        || begins(bytes, NAT64)
        || isCompatible(bytes)
        || isIsatap(bytes)) {
      found.add(at(bytes, 12, 13, 14, 15));
    }
    if (begins(bytes, NAT64_LOCAL)) {
      // The places of prefixes of 48, 56, 64 and 96 bits. Byte 8 is left out.
      found.add(at(bytes, 6, 7, 9, 10));
      found.add(at(bytes, 7, 9, 10, 11));
      found.add(at(bytes, 9, 10, 11, 12));
      found.add(at(bytes, 12, 13, 14, 15));
    }
    if (begins(bytes, SIX_TO_FOUR)) {
      found.add(at(bytes, 2, 3, 4, 5));
    }
    if (begins(bytes, TEREDO)) {
      found.add(at(bytes, 4, 5, 6, 7));
      byte[] client = at(bytes, 12, 13, 14, 15).getAddress();
      for (int i = 0; i < client.length; i++) {
        client[i] = (byte) ~client[i];
      }
      found.add(AddressLiteral.ofBytes(client));
    }
    return found;
  }

  private static boolean isCompatible(byte[] bytes) {
    boolean isOwn = bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0 && (bytes[15] & 0xff) <= 1;
    return begins(bytes, COMPATIBLE) && !isOwn;
  }

  private static boolean isIsatap(byte[] bytes) {
    return (bytes[8] == 0 || bytes[8] == 2)
        && bytes[9] == 0
        && bytes[10] == 0x5e
        && bytes[11] == (byte) 0xfe;
  }

  private static boolean begins(byte[] bytes, byte[] prefix) {
    return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static InetAddress at(byte[] bytes, int first, int second, int third, int fourth) {
    return AddressLiteral.ofBytes(
        new byte[] {bytes[first], bytes[second], bytes[third], bytes[fourth]});
  }
}
