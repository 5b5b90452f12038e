package dev.holdfast.watcher.guard;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Says which addresses may be connected to. Public ones may. Others are refused, so that nobody who
 * names a URL, and no site that redirects, reaches into the agent's own network.
 *
 * <p>The nets that are refused are those that the <a
 * href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a> and <a
 * href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6 registries</a> of special
 * addresses do not call globally reachable, and multicast.
 *
 * <p>Threading: immutable.
 */
public final class Guard {
  private static final Net LOCAL_TRANSLATION = Net.parse("64:ff9b:1::/48");

  private final List<Net> allowed;

  /** A net that is refused by default, and a word on it. */
  private record Refused(Net net, String kind) {
    static Refused of(String net, String kind) {
      return new Refused(Net.parse(net), kind);
    }
  }

  private static final List<Refused> REFUSED =
      List.of(
          Refused.of("0.0.0.0/8", "this network"),
          Refused.of("10.0.0.0/8", "private"),
          Refused.of("100.64.0.0/10", "shared by a carrier"),
          Refused.of("127.0.0.0/8", "loopback"),
          Refused.of("169.254.0.0/16", "link-local"),
          Refused.of("172.16.0.0/12", "private"),
          Refused.of("192.0.0.0/24", "reserved for protocols"),
          Refused.of("192.0.2.0/24", "documentation"),
          Refused.of("192.88.99.0/24", "6to4 relay"),
          Refused.of("192.168.0.0/16", "private"),
          Refused.of("198.18.0.0/15", "benchmarks"),
          Refused.of("198.51.100.0/24", "documentation"),
          Refused.of("203.0.113.0/24", "documentation"),
          Refused.of("224.0.0.0/4", "multicast"),
          Refused.of("240.0.0.0/4", "reserved or broadcast"),
          Refused.of("::/128", "unspecified"),
          Refused.of("::1/128", "loopback"),
          Refused.of("64:ff9b:1::/48", "local translation"),
          Refused.of("100::/64", "discard"),
          Refused.of("2001:2::/48", "benchmarks"),
          Refused.of("2001:10::/28", "identifiers"),
          Refused.of("2001:20::/28", "identifiers"),
          Refused.of("2001:db8::/32", "documentation"),
          Refused.of("3fff::/20", "documentation"),
          Refused.of("5f00::/16", "segment routing"),
          Refused.of("fc00::/7", "private"),
          Refused.of("fe80::/10", "link-local"),
          Refused.of("fec0::/10", "site-local"),
          Refused.of("ff00::/8", "multicast"));

  /** The addresses at which clouds give their machines credentials. */
  private static final List<Net> METADATA =
      List.of(
          Net.parse("169.254.169.254"), // most clouds
          Net.parse("169.254.170.2"), // containers of AWS
          Net.parse("169.254.170.23"), // pods of AWS
          Net.parse("169.254.42.42"), // Scaleway
          Net.parse("169.254.0.23"), // Tencent
          Net.parse("100.100.100.200"), // Alibaba
          Net.parse("192.0.0.192"), // Oracle
          Net.parse("168.63.129.16"), // Azure, at a public address
          Net.parse("fd00:ec2::254"), // AWS
          Net.parse("fd00:ec2::23"), // pods of AWS
          Net.parse("fd00:42::42"), // Scaleway
          Net.parse("fd20:ce::254")); // Google

  /**
   * Makes a guard.
   *
   * @param allowed nets that all endpoints may reach although they are refused by default
   */
  public Guard(List<Net> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Returns why an address may not be connected to, or empty if it may.
   *
   * @param address the address, as it was resolved
   * @param alsoAllowed further nets that the endpoint may reach
   */
  public Optional<String> refusal(InetAddress address, List<Net> alsoAllowed) {
    Optional<String> own = ownRefusal(address, alsoAllowed);
    if (own.isPresent()) {
      return own;
    }
    // A net of local translation that is allowed may lead to anything but metadata: the address
    // has four readings, and three of them mean nothing.
    boolean isLocal = LOCAL_TRANSLATION.contains(address);
    for (InetAddress inside : Disguise.ipv4Of(address)) {
      Optional<String> refusal =
          isLocal ? metadataRefusal(inside, alsoAllowed) : ownRefusal(inside, alsoAllowed);
      if (refusal.isPresent()) {
        return Optional.of(address.getHostAddress() + " stands for " + refusal.get());
      }
    }
    return Optional.empty();
  }

  /** Returns the nets that are refused by default. */
  public List<Net> refusedNets() {
    return REFUSED.stream().map(Refused::net).toList();
  }

  private Optional<String> ownRefusal(InetAddress address, List<Net> alsoAllowed) {
    Optional<String> metadata = metadataRefusal(address, alsoAllowed);
    if (metadata.isPresent() || isAllowed(address, alsoAllowed)) {
      return metadata;
    }
    for (Refused refused : REFUSED) {
      if (refused.net.contains(address)) {
        return Optional.of(
            address.getHostAddress() + ", in the net " + refused.net + " (" + refused.kind + ")");
      }
    }
    return Optional.empty();
  }

  private Optional<String> metadataRefusal(InetAddress address, List<Net> alsoAllowed) {
    boolean isNamed = allowed.stream().anyMatch(net -> isExactly(net, address));
    isNamed |= alsoAllowed.stream().anyMatch(net -> isExactly(net, address));
    boolean isMetadata = METADATA.stream().anyMatch(net -> net.contains(address));
    return isMetadata && !isNamed
        ? Optional.of(address.getHostAddress() + ", a metadata service")
        : Optional.empty();
  }

  private static boolean isExactly(Net net, InetAddress address) {
    return net.isOneAddress() && net.contains(address);
  }

  private boolean isAllowed(InetAddress address, List<Net> alsoAllowed) {
    return allowed.stream().anyMatch(net -> net.contains(address))
        || alsoAllowed.stream().anyMatch(net -> net.contains(address));
  }
}
