package dev.holdfast.testkit.farm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

class FarmTest {
  private static final int PATIENCE_S = 30;
  private static final int CONNECTIONS = 4;

  @Test
  void listener_getsEachRequest_andTheFarmKeepsNone() throws Exception {
    BlockingQueue<Seen> told = new LinkedBlockingQueue<>();
    try (Farm farm = Farm.start("127.0.0.1").with("page", Sites.page("text")).telling(told::add);
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(get(client, farm.url("page/1"))).isEqualTo("text");

      Seen seen = told.poll(PATIENCE_S, TimeUnit.SECONDS);
      assertThat(seen).isNotNull();
      assertThat(seen.head()).startsWith("GET /page/1 HTTP/1.1\r\n");
      assertThat(seen.askedNanos()).isGreaterThanOrEqualTo(seen.acceptedNanos());
      assertThat(seen.firstByteNanos()).isGreaterThanOrEqualTo(seen.askedNanos());
      assertThat(farm.seen("page")).isEmpty();
    }
  }

  /** Two farms have two authorities. A client that trusts both must be able to tell them apart. */
  @Test
  void addressesAsSuch_haveCertificates_ofAuthoritiesWithNamesOfTheirOwn() throws Exception {
    try (Farm one = Farm.start("127.0.0.1").with("page", Sites.page("one"));
        Farm other = Farm.start("127.0.0.2").with("page", Sites.page("other"));
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(one, other)).build()) {
      assertThat(get(client, one.tlsUrl("page"))).isEqualTo("one");
      assertThat(get(client, other.tlsUrl("page"))).isEqualTo("other");
      assertThat(one.authority().certificate().getSubjectX500Principal())
          .isNotEqualTo(other.authority().certificate().getSubjectX500Principal());
    }
  }

  /** It has a session from its first connection, and names no host. */
  @Test
  void clientThatResumesItsSession_isAnswered() throws Exception {
    try (Farm farm = Farm.start("127.0.0.1").with("page", Sites.page("text"))) {
      SSLContext context = trusting(farm);
      for (int i = 0; i < CONNECTIONS; i++) {
        URI page = farm.tlsUrl("page");
        InetAddress host = InetAddress.ofLiteral(page.getHost());
        try (Socket socket = context.getSocketFactory().createSocket(host, page.getPort())) {
          socket.setSoTimeout(PATIENCE_S * 1_000);
          socket
              .getOutputStream()
              .write("GET /page HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
          String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
          assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("text");
        }
      }
      assertThat(farm.seen("page")).hasSize(CONNECTIONS).anyMatch(Seen::isResumed);
    }
  }

  private static SSLContext trusting(Farm... farms) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Farm farm : farms) {
      trusted.setCertificateEntry(farm.address().getHostAddress(), farm.authority().certificate());
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static String get(HttpClient client, URI url) throws Exception {
    return client
        .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
