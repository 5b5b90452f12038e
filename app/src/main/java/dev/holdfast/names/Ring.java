package dev.holdfast.names;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The ring of nginx's {@code hash … consistent}, point for point. It finds the server that owns a
 * key.
 *
 * <p>nginx routes a name by this ring, and a sidecar refuses a name that the ring gives to another
 * one. So both must compute it alike. The source is {@code ngx_http_upstream_hash_module.c}:
 *
 * <ul>
 *   <li>Each server of weight 1 has 160 points, {@code crc32(HOST 0x00 PORT PREVIOUS)}. PREVIOUS is
 *       the point before it as four bytes, least significant first, and 0 for the first point.
 *   <li>A key belongs to the first point at or after its own crc32, or to the first of all if there
 *       is none.
 *   <li>HOST and PORT are the words of the configuration, not the address that they resolve to.
 * </ul>
 *
 * <p>Threading: immutable.
 */
public final class Ring {
  private static final int POINTS_PER_SERVER = 160;
  private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9._-]+:[0-9]{1,5}");

  /**
   * The bits of a server. A point takes the 32 bits above them, so that the sign bit of a long
   * stays clear.
   */
  private static final int SERVER_BITS = 31;

  private static final long SERVER_MASK = (1L << SERVER_BITS) - 1;

  private final List<String> servers;

  /** The points, ascending, without duplicates. They are longs, since a crc32 fills 32 bits. */
  private final long[] points;

  /** The index of the server that each point belongs to. */
  private final int[] owners;

  private Ring(List<String> servers, long[] points, int[] owners) {
    this.servers = servers;
    this.points = points;
    this.owners = owners;
  }

  /**
   * Refuses a list that is not a ring. A ring has one or more servers, each once, as {@code
   * host:port}.
   *
   * @param component the name of the list
   * @throws IllegalArgumentException with the name of the component first
   */
  public static void require(String component, List<String> servers) {
    for (String server : servers) {
      if (!SERVER.matcher(server).matches()) {
        throw new IllegalArgumentException(component + " must be host:port, not " + server);
      }
    }
    try {
      of(servers);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(component + " cannot be a ring: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the ring of an upstream whose servers all have weight 1.
   *
   * @param servers the servers as nginx's upstream names them, in its order; 1 or more
   * @throws IllegalArgumentException if there is no server, or a server is there twice
   */
  public static Ring of(List<String> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a ring needs at least one server");
    }
    if (new HashSet<>(servers).size() != servers.size()) {
      throw new IllegalArgumentException("a server is named twice in " + servers);
    }
    var sorted = sortedPoints(servers);
    var points = new long[sorted.length];
    var owners = new int[sorted.length];
    int count = 0;
    for (long entry : sorted) {
      long point = entry >>> SERVER_BITS;
      if (count == 0 || points[count - 1] != point) {
        points[count] = point;
        owners[count] = (int) (entry & SERVER_MASK);
        count++;
      }
    }
    return new Ring(
        List.copyOf(servers), Arrays.copyOf(points, count), Arrays.copyOf(owners, count));
  }

  /**
   * Returns the index, in configuration order, of the server that owns a key.
   *
   * @param key the bytes of nginx's hash key, such as the decoded path of the request; not empty:
   *     for an empty key nginx takes the servers in turn
   */
  public int ownerOf(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("nginx does not hash an empty key");
    }
    var crc = new CRC32();
    crc.update(key);
    int found = Arrays.binarySearch(points, crc.getValue());
    int first = found >= 0 ? found : -found - 1;
    return owners[first % owners.length];
  }

  /** Returns the server that owns a key, as the configuration names it. */
  public String owner(byte[] key) {
    return servers.get(ownerOf(key));
  }

  /**
   * Returns all points with their server in the lower bits, so that the earlier of two equal points
   * wins.
   */
  private static long[] sortedPoints(List<String> servers) {
    var entries = new long[servers.size() * POINTS_PER_SERVER];
    int next = 0;
    for (int server = 0; server < servers.size(); server++) {
      byte[] base = base(servers.get(server));
      long previous = 0;
      for (int i = 0; i < POINTS_PER_SERVER; i++) {
        previous = point(base, previous);
        entries[next++] = previous << SERVER_BITS | server;
      }
    }
    Arrays.sort(entries);
    return entries;
  }

  private static long point(byte[] base, long previous) {
    var crc = new CRC32();
    crc.update(base);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      crc.update((int) (previous >>> shift) & 0xff);
    }
    return crc.getValue();
  }

  /**
   * Returns HOST 0x00 PORT. The port is the text behind the last colon, if that is digits alone.
   */
  private static byte[] base(String server) {
    if (server.regionMatches(true, 0, "unix:", 0, 5)) {
      return (server.substring(5) + '\0').getBytes(StandardCharsets.UTF_8);
    }
    int colon = server.length() - 1;
    while (colon >= 0 && server.charAt(colon) >= '0' && server.charAt(colon) <= '9') {
      colon--;
    }
    boolean hasPort = colon >= 0 && server.charAt(colon) == ':';
    var host = hasPort ? server.substring(0, colon) : server;
    var port = hasPort ? server.substring(colon + 1) : "";
    return (host + '\0' + port).getBytes(StandardCharsets.UTF_8);
  }
}
