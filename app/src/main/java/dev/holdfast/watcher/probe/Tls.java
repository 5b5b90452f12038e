package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.core5.net.NamedEndpoint;

/**
 * TLS as the checks use it: versions 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN, and no resumption,
 * since a resumed session hides most of a handshake and all of the certificates.
 *
 * <p>Threading: any number of threads.
 */
final class Tls {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
  private static final String[] PROTOCOLS = {"h2", "http/1.1"};

  private final SSLContext verifying;
  private final SSLContext trusting;
  private final AtomicInteger endpoints = new AtomicInteger();

  /**
   * TLS with the authorities of the JDK.
   *
   * @param furtherAuthorities authorities that are trusted, too
   * @throws GeneralSecurityException if the JDK cannot do it
   */
  Tls(List<X509Certificate> furtherAuthorities, InstantSource wall)
      throws GeneralSecurityException, IOException {
    X509ExtendedTrustManager manager = manager(null);
    if (!furtherAuthorities.isEmpty()) {
      // One of all authorities: with two, a chain that the second one trusts is verified twice.
      List<X509Certificate> all = new ArrayList<>(List.of(manager.getAcceptedIssuers()));
      all.addAll(furtherAuthorities);
      manager = manager(store(all));
    }
    verifying = context(new ChainVerdict(manager, wall));
    trusting = context(new AnyCertificate());
  }

  SSLContext context(boolean isVerifying) {
    return isVerifying ? verifying : trusting;
  }

  /**
   * Returns the endpoint of a handshake. The JDK looks for sessions to resume by host and port, so
   * each handshake has a port of its own there. Nothing is connected to it.
   */
  NamedEndpoint endpoint(Target target) {
    int port = endpoints.incrementAndGet() & Integer.MAX_VALUE;
    return new NamedEndpoint() {
      @Override
      public String getHostName() {
        return target.host();
      }

      @Override
      public int getPort() {
        return port;
      }
    };
  }

  void prepare(SSLEngine engine, boolean isVerifying) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setApplicationProtocols(PROTOCOLS);
    if (isVerifying) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
  }

  private static SSLContext context(TrustManager manager) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {manager}, null);
    context.getClientSessionContext().setSessionCacheSize(1);
    return context;
  }

  /** Returns the manager of a store, or of the JDK's own authorities if it is null. */
  private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("the JDK has no extended trust manager");
  }

  private static KeyStore store(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    return store;
  }
}
