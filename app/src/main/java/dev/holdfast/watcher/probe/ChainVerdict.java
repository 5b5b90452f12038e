package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Reason;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies certificates as the JDK does, and says why one is refused: its time, its name, its
 * authority, or a certificate that the site does not send. A refusal ends the handshake, so nothing
 * is asked of a site that is not who it says.
 *
 * <p>Threading: any number of threads.
 */
final class ChainVerdict extends X509ExtendedTrustManager {
  /** Authority Information Access (RFC 5280 section 4.2.2.1): where the issuer can be had. */
  private static final String ISSUER_CAN_BE_HAD = "1.3.6.1.5.5.7.1.1";

  private final X509ExtendedTrustManager manager;
  private final InstantSource wall;

  /** A refusal with its reason. */
  static final class RefusedException extends CertificateException {
    private static final long serialVersionUID = 1L;
    private final Reason reason;

    RefusedException(Reason reason, String message, CertificateException cause) {
      super(message, cause);
      this.reason = reason;
    }

    Reason reason() {
      return reason;
    }
  }

  /**
   * A verdict by a trust manager.
   *
   * @param wall the clock that certificates end by
   */
  ChainVerdict(X509ExtendedTrustManager manager, InstantSource wall) {
    this.manager = manager;
    this.wall = wall;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      manager.checkServerTrusted(chain, type, engine);
    } catch (CertificateException refusal) {
      throw refused(chain, type, refusal);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are used");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("only engines are used");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return manager.getAcceptedIssuers();
  }

  private RefusedException refused(
      X509Certificate[] chain, String type, CertificateException refusal) {
    Date now = Date.from(wall.instant());
    for (X509Certificate certificate : chain) {
      String subject = CertificateChain.subject(certificate);
      try {
        certificate.checkValidity(now);
      } catch (CertificateExpiredException e) {
        String detail = subject + " ended " + certificate.getNotAfter().toInstant();
        return new RefusedException(Reason.TLS_EXPIRED, detail, refusal);
      } catch (CertificateNotYetValidException e) {
        String detail = subject + " begins " + certificate.getNotBefore().toInstant();
        return new RefusedException(Reason.TLS_NOT_YET_VALID, detail, refusal);
      }
    }
    if (isTrustedWithoutItsName(chain, type)) {
      return new RefusedException(
          Reason.TLS_WRONG_NAME, String.valueOf(refusal.getMessage()), refusal);
    }
    return byAuthority(chain, refusal);
  }

  private boolean isTrustedWithoutItsName(X509Certificate[] chain, String type) {
    try {
      manager.checkServerTrusted(chain, type);
      return true;
    } catch (CertificateException refusal) {
      return false;
    }
  }

  private RefusedException byAuthority(X509Certificate[] chain, CertificateException refusal) {
    X509Certificate last = last(chain);
    String issuer = last.getIssuerX500Principal().getName();
    if (isKnown(last)) {
      return new RefusedException(
          Reason.TLS_FAILURE, String.valueOf(refusal.getMessage()), refusal);
    }
    boolean isLeaf = last.getBasicConstraints() < 0;
    if (isLeaf && last.getExtensionValue(ISSUER_CAN_BE_HAD) != null) {
      return new RefusedException(
          Reason.TLS_INCOMPLETE_CHAIN,
          "the site does not send the certificate of " + issuer,
          refusal);
    }
    return new RefusedException(Reason.TLS_UNKNOWN_CA, "issued by " + issuer, refusal);
  }

  private boolean isKnown(X509Certificate certificate) {
    for (X509Certificate authority : getAcceptedIssuers()) {
      if (authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        return true;
      }
    }
    return false;
  }

  /** Returns the certificate that the issuers lead to from the first one. */
  private static X509Certificate last(X509Certificate[] chain) {
    List<X509Certificate> left = new ArrayList<>(List.of(chain));
    X509Certificate last = left.removeFirst();
    for (Optional<X509Certificate> issuer = issuer(last, left);
        issuer.isPresent();
        issuer = issuer(last, left)) {
      last = issuer.get();
      left.remove(last);
    }
    return last;
  }

  private static Optional<X509Certificate> issuer(X509Certificate of, List<X509Certificate> among) {
    return among.stream()
        .filter(one -> one.getSubjectX500Principal().equals(of.getIssuerX500Principal()))
        .findFirst();
  }
}
