package dev.holdfast.watcher.service;

import dev.holdfast.watcher.dns.ResolverOptions;
import dev.holdfast.watcher.guard.Net;
import dev.holdfast.watcher.probe.Cryptography;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What checks may reach, and how.
 *
 * @param allowNet nets that all endpoints may reach although they are refused by default
 * @param dnsServers the servers that resolve names, {@value ResolverOptions#SERVERS_MAX} at most;
 *     none for those of the system
 * @param caFile certificate authorities that are trusted besides those of the JDK
 * @param cryptography whose code handshakes use
 */
record ReachConfig(
    List<Net> allowNet,
    List<InetSocketAddress> dnsServers,
    List<X509Certificate> caFile,
    Cryptography.Choice cryptography) {
  static final ReachConfig DEFAULT =
      new ReachConfig(List.of(), List.of(), List.of(), Cryptography.Choice.NATIVE);

  ReachConfig {
    allowNet = List.copyOf(allowNet);
    dnsServers = List.copyOf(dnsServers);
    caFile = List.copyOf(caFile);
    if (dnsServers.size() > ResolverOptions.SERVERS_MAX) {
      throw new IllegalArgumentException(
          "dnsServers must be " + ResolverOptions.SERVERS_MAX + " at most");
    }
  }
}
