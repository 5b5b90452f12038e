package dev.holdfast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks a new farm for pages, one after the other, until its JVM has compiled. The handshakes of a
 * cold one cost ten times as much: the first row would measure the farm.
 */
final class WatchFarmWarmUp {
  private static final int TIMEOUT_MS = 20_000;

  private final WatchSites sites;
  private final SSLContext tls;

  private WatchFarmWarmUp(WatchSites sites, SSLContext tls) {
    this.sites = sites;
    this.tls = tls;
  }

  static WatchFarmWarmUp of(WatchSites sites) throws IOException {
    try {
      return new WatchFarmWarmUp(sites, trusting(sites));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Asks for so many seconds, half of them by https. */
  void run(double seconds) throws IOException {
    long beganNanos = System.nanoTime();
    for (long number = 0; CounterActors.secondsSince(beganNanos) < seconds; number++) {
      ask(number);
    }
  }

  /** Asks for one page, by https if its number is even. */
  void ask(long number) throws IOException {
    ask(number % 2 == 0 ? sites.tlsUrl(WatchFarm.PAGE, number) : sites.url(WatchFarm.PAGE, number));
  }

  private static SSLContext trusting(WatchSites sites)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(sites.authorities())) {
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("farm" + trusted.size(), authority);
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private void ask(String address) throws IOException {
    URI url = URI.create(address);
    InetAddress host = InetAddress.ofLiteral(url.getHost());
    boolean isTls = url.getScheme().equals("https");
    try (Socket socket =
        isTls
            ? tls.getSocketFactory().createSocket(host, url.getPort())
            : new Socket(host, url.getPort())) {
      socket.setSoTimeout(TIMEOUT_MS);
      String request = "GET %s HTTP/1.1\r\nHost: farm\r\n\r\n".formatted(url.getPath());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 200 ")) {
        throw new IOException(url + ": " + answer.lines().findFirst().orElse("no answer"));
      }
    }
  }
}
