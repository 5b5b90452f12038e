package dev.holdfast.watcher.probe;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The certificates that a site sent.
 *
 * @param certificates at least one; the first is that of the site
 */
record CertificateChain(List<End> certificates) {
  CertificateChain {
    certificates = List.copyOf(certificates);
  }

  /** A certificate and when it ends. */
  record End(String subject, Instant at) {
    /** Returns the whole days that it lasts still, below 0 if it has ended. */
    long days(Instant now) {
      return Math.floorDiv(Duration.between(now, at).toSeconds(), Duration.ofDays(1).toSeconds());
    }
  }

  /** Returns the chain of a session, or empty if the site sent none. */
  static Optional<CertificateChain> of(SSLSession session) {
    List<End> ends = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          ends.add(new End(subject(x509), x509.getNotAfter().toInstant()));
        }
      }
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
    return ends.isEmpty() ? Optional.empty() : Optional.of(new CertificateChain(ends));
  }

  /** Returns the certificate that ends first. */
  End first() {
    return certificates.stream().min((one, other) -> one.at().compareTo(other.at())).orElseThrow();
  }

  /** Returns the name of a certificate, for people. */
  static String subject(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName();
    return name.isEmpty() ? "a certificate without a name" : name;
  }
}
