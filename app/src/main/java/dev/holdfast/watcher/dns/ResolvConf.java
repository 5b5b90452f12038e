package dev.holdfast.watcher.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The servers that the system asks: the lines {@code nameserver} of resolv.conf(5). */
public final class ResolvConf {
  private static final int PORT = 53;

  private ResolvConf() {}

  /**
   * Returns the first servers of a file, {@value ResolverOptions#SERVERS_MAX} at most, and the one
   * of this machine if the file names none, as resolv.conf(5) says.
   *
   * @throws IOException if the file cannot be read
   */
  public static List<InetSocketAddress> servers(Path file) throws IOException {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length >= 2
          && words[0].equals("nameserver")
          && servers.size() < ResolverOptions.SERVERS_MAX) {
        Literals.parse(words[1]).ifPresent(ip -> servers.add(new InetSocketAddress(ip, PORT)));
      }
    }
    if (servers.isEmpty()) {
      servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
    }
    return List.copyOf(servers);
  }
}
