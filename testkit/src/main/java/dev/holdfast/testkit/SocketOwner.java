package dev.holdfast.testkit;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Which process of this machine has a TCP connection over IPv4, by Linux' {@code /proc}. */
public final class SocketOwner {
  private static final String MAPPED = "0000000000000000FFFF0000"; // IPv4 on a socket of IPv6
  private static final List<String> TABLES = List.of("/proc/net/tcp", "/proc/net/tcp6");

  private SocketOwner() {}

  /**
   * Finds the owner of one end of a connection.
   *
   * @param local the address of this end
   * @param remote the address of the other end
   * @param processes those that may have it, in order
   * @return the process, or empty if none of them has it any more
   */
  public static OptionalLong find(
      InetSocketAddress local, InetSocketAddress remote, Collection<Long> processes)
      throws IOException {
    Optional<String> inode = inode(local, remote);
    if (inode.isEmpty()) {
      return OptionalLong.empty();
    }
    String link = "socket:[" + inode.get() + "]";
    return processes.stream()
        .mapToLong(Long::longValue)
        .filter(process -> hasOpen(process, link))
        .findFirst();
  }

  private static Optional<String> inode(InetSocketAddress local, InetSocketAddress remote)
      throws IOException {
    for (String table : TABLES) {
      for (String line : Files.readAllLines(Path.of(table))) {
        List<String> columns = List.of(line.strip().split("\\s+", -1));
        if (columns.get(1).replace(MAPPED, "").equals(hex(local))
            && columns.get(2).replace(MAPPED, "").equals(hex(remote))) {
          return Optional.of(columns.get(9));
        }
      }
    }
    return Optional.empty();
  }

  /** The kernel prints the bytes of an address as a number of this machine. */
  private static String hex(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    if (!(host instanceof Inet4Address)) {
      throw new IllegalArgumentException("no IPv4 address: " + address);
    }
    byte[] bytes = host.getAddress();
    var reversed = new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]};
    return HexFormat.of().withUpperCase().formatHex(reversed)
        + String.format(Locale.ROOT, ":%04X", address.getPort());
  }

  private static boolean hasOpen(long process, String link) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("/proc/" + process + "/fd"))) {
      for (Path file : files) {
        if (pointsTo(file, link)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException ended) {
      return false; // a process that has ended has nothing open
    }
  }

  private static boolean pointsTo(Path file, String link) {
    try {
      return Files.readSymbolicLink(file).toString().equals(link);
    } catch (IOException closed) {
      return false; // it was closed meanwhile
    }
  }
}
