package dev.holdfast.watcher.service;

import dev.holdfast.watcher.guard.AddressLiteral;
import dev.holdfast.watcher.guard.Net;
import dev.holdfast.watcher.probe.Cryptography;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of everything that makes checks, as a mixin. */
final class ReachOptions {
  private static final int DNS_PORT = 53;
  private static final int PORT_MAX = 65_535;

  /** An address, and behind a colon its port. Around an IPv6 address with a port are brackets. */
  private static final Pattern SERVER =
      Pattern.compile("\\[([^\\]]+)](?::([0-9]{1,5}))?|([0-9.]+):([0-9]{1,5})|(.+)");

  @Option(
      names = "--allow-net",
      paramLabel = "CIDR",
      split = ",",
      defaultValue = "${env:HOLDFAST_WATCH_ALLOW_NET:-}",
      description =
          "nets that may be reached although they are refused by default, such as 10.0.0.0/8, comma"
              + " separated; default none; env HOLDFAST_WATCH_ALLOW_NET")
  private List<String> allowNet;

  @Option(
      names = "--dns-servers",
      paramLabel = "ADDRESS",
      split = ",",
      defaultValue = "${env:HOLDFAST_WATCH_DNS_SERVERS:-}",
      description =
          "the servers that resolve names, each an address or address:port, comma separated;"
              + " default those of /etc/resolv.conf; env HOLDFAST_WATCH_DNS_SERVERS")
  private List<String> dnsServers;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_WATCH_CA_FILE:-}",
      description =
          "certificates in PEM of authorities that are trusted besides the usual ones; default"
              + " none; env HOLDFAST_WATCH_CA_FILE")
  private String caFile;

  @Option(
      names = "--cryptography",
      paramLabel = "WHICH",
      defaultValue = "${env:HOLDFAST_WATCH_CRYPTOGRAPHY:-native}",
      description =
          "'native', which takes less CPU, where it can be loaded; or 'jdk'; default native; env"
              + " HOLDFAST_WATCH_CRYPTOGRAPHY")
  private Cryptography.Choice cryptography;

  /**
   * Returns the configuration of the options.
   *
   * @throws IllegalArgumentException if one is wrong; the message begins with its component
   */
  ReachConfig config() {
    return new ReachConfig(
        allowNet.stream().filter(net -> !net.isBlank()).map(ReachOptions::net).toList(),
        dnsServers.stream().filter(one -> !one.isBlank()).map(ReachOptions::server).toList(),
        caFile.isBlank() ? List.of() : certificates(Path.of(caFile)),
        cryptography);
  }

  private static Net net(String text) {
    try {
      return Net.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("allowNet must be nets: " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress server(String text) {
    Matcher server = SERVER.matcher(text.strip());
    Optional<InetSocketAddress> parsed =
        server.matches()
            ? AddressLiteral.parse(first(server.group(1), server.group(3), server.group(5)))
                .map(ip -> new InetSocketAddress(ip, port(server.group(2), server.group(4))))
            : Optional.empty();
    return parsed
        .filter(found -> found.getPort() > 0)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dnsServers must be addresses, such as 10.0.0.1 or [2001:db8::1]:53, not "
                        + text));
  }

  private static String first(String... texts) {
    for (String text : texts) {
      if (text != null) {
        return text;
      }
    }
    return "";
  }

  /** Returns the port, or 0 if it is none. */
  private static int port(String ofBrackets, String ofIpv4) {
    String text = first(ofBrackets, ofIpv4);
    int port = text.isEmpty() ? DNS_PORT : Integer.parseInt(text);
    return port > PORT_MAX ? 0 : port;
  }

  private static List<X509Certificate> certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException("caFile has no certificate: " + file);
      }
      return found;
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException("caFile cannot be read: " + e, e);
    }
  }
}
