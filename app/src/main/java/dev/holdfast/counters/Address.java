package dev.holdfast.counters;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an actor listens, in one spelling: an IPv4 address without leading zeros, an IPv6 address
 * as the JDK writes it, or a host name in lower case.
 *
 * @param host without brackets
 * @param port 1 to 65535
 */
public record Address(String host, int port) implements Comparable<Address> {
  private static final Pattern IPV4 =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
  private static final Pattern WITH_PORT =
      Pattern.compile("(\\[[^\\]]*\\]|[^:\\[]*)(?::([0-9]{1,5}))?");
  private static final int PORT_MAX = 65_535;

  /**
   * Reads {@code host}, {@code host:port}, an IPv6 address, or one in brackets with a port.
   *
   * @param defaultPort for an address that says none, 1 to 65535
   * @throws IllegalArgumentException with a sentence that names the address
   */
  public static Address parse(String text, int defaultPort) {
    String given = text.strip().toLowerCase(Locale.ROOT);
    if (given.chars().filter(c -> c == ':').count() > 1 && !given.startsWith("[")) {
      return new Address(ipv6(given, text), defaultPort);
    }
    Matcher parts = WITH_PORT.matcher(given);
    if (!parts.matches()) {
      throw bad(text);
    }
    int port = parts.group(2) == null ? defaultPort : Integer.parseInt(parts.group(2));
    if (port < 1 || port > PORT_MAX) {
      throw bad(text);
    }
    return new Address(hostOf(parts.group(1), text), port);
  }

  private static String hostOf(String given, String text) {
    if (given.startsWith("[")) {
      return ipv6(given.substring(1, given.length() - 1), text);
    }
    Matcher ipv4 = IPV4.matcher(given);
    if (ipv4.matches()) {
      var host = new StringBuilder();
      for (int group = 1; group <= 4; group++) {
        int octet = Integer.parseInt(ipv4.group(group));
        if (octet > 255) {
          throw bad(text);
        }
        host.append(group > 1 ? "." : "").append(octet);
      }
      return host.toString();
    }
    if (!NAME.matcher(given).matches() || given.matches("[0-9.]+")) {
      throw bad(text);
    }
    return given;
  }

  private static String ipv6(String given, String text) {
    if (!given.contains(":") || !given.matches("[0-9a-f:.]+(%[0-9a-z]+)?")) {
      throw bad(text);
    }
    try {
      InetAddress address = InetAddress.getByName(given); // a literal: nobody is asked
      return address instanceof Inet6Address
          ? address.getHostAddress()
          : hostOf(address.getHostAddress(), text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bad(text).getMessage(), e);
    }
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException("not an address of an actor: " + text);
  }

  static Address read(Input in) {
    String host = in.text();
    long port = in.number();
    if (host.isEmpty() || port < 1 || port > PORT_MAX) {
      throw new MalformedException("no address: " + host + ":" + port);
    }
    return new Address(host, (int) port);
  }

  void write(Output out) {
    out.text(host).number(port);
  }

  @Override
  public int compareTo(Address other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  // By hand: what the compiler makes of a record is slow without the JVM's optimizing compiler.

  @Override
  public boolean equals(Object other) {
    return other instanceof Address address && port == address.port && host.equals(address.host);
  }

  @Override
  public int hashCode() {
    return 31 * port + host.hashCode();
  }

  /** Returns {@code host:port}, or {@code [host]:port} for IPv6. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
