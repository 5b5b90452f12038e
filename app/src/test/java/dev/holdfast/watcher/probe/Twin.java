package dev.holdfast.watcher.probe;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An instrument of another make than the engine: a blocking socket, for sites on 127.0.0.1.
 *
 * @param status the status of the answer
 * @param bodyBytes the length of its body
 * @param times how long the phases took
 */
record Twin(int status, long bodyBytes, PhaseTimes times) {

  /** Asks a site by http. */
  static Twin ask(URI url) throws Exception {
    return ask(url, SSLContext.getDefault());
  }

  /** Asks a site whose certificate comes from an authority. */
  static Twin ask(URI url, X509Certificate authority) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", authority);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return ask(url, context);
  }

  private static Twin ask(URI url, SSLContext tls) throws Exception {
    long startNanos = System.nanoTime();
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort()));
      long connectedNanos = System.nanoTime();
      if (!url.getScheme().equals("https")) {
        return exchange(url, socket, startNanos, connectedNanos, connectedNanos);
      }
      try (var secured =
          (SSLSocket)
              tls.getSocketFactory().createSocket(socket, url.getHost(), url.getPort(), true)) {
        secured.startHandshake();
        return exchange(url, secured, startNanos, connectedNanos, System.nanoTime());
      }
    }
  }

  private static Twin exchange(
      URI url, Socket socket, long startNanos, long connectedNanos, long securedNanos)
      throws Exception {
    String request =
        "GET " + url.getPath() + " HTTP/1.1\r\nHost: twin\r\nConnection: close\r\n\r\n";
    long sentNanos = System.nanoTime();
    OutputStream out = socket.getOutputStream();
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    InputStream in = socket.getInputStream();
    var answer = new ByteArrayOutputStream();
    answer.write(in.read());
    long firstByteNanos = System.nanoTime();
    in.transferTo(answer);
    long endNanos = System.nanoTime();
    String all = answer.toString(StandardCharsets.ISO_8859_1);
    int body = all.indexOf("\r\n\r\n") + 4;
    return new Twin(
        Integer.parseInt(all.split(" ", 3)[1]),
        all.length() - body,
        PhaseTimes.between(
            startNanos, connectedNanos, securedNanos, sentNanos, firstByteNanos, endNanos));
  }
}
