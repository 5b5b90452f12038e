package dev.holdfast.testkit.farm;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate authority for tests. It writes certificates itself, since the JDK has no public way
 * to make one.
 */
public final class Authority {
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String ALTERNATIVE_NAME = "2.5.29.17";
  private static final String AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1";
  private static final String ISSUERS = "1.3.6.1.5.5.7.48.2";
  private static final int DNS_NAME = 2;
  private static final int URI = 6;
  private static final int IP_ADDRESS = 7;
  private static final Duration PAST = Duration.ofDays(1);
  private static final AtomicLong serial = new AtomicLong(System.nanoTime() >>> 1);

  private final KeyKind kind;
  private final KeyPair keys;
  private final X509Certificate certificate;
  private final List<X509Certificate> above;

  /**
   * A key with its certificates.
   *
   * @param chain the certificate of the key, and those above it, without the root
   */
  public record Identity(KeyPair keys, List<X509Certificate> chain) {
    public Identity {
      chain = List.copyOf(chain);
    }

    /** Returns the same without all but the first certificate. */
    public Identity alone() {
      return new Identity(keys, chain.subList(0, 1));
    }
  }

  private Authority(
      KeyKind kind, KeyPair keys, X509Certificate certificate, List<X509Certificate> above) {
    this.kind = kind;
    this.keys = keys;
    this.certificate = certificate;
    this.above = List.copyOf(above);
  }

  /** Returns a new root that lasts for ten years. */
  public static Authority root(String name) throws GeneralSecurityException {
    KeyPair keys = KeyKind.P256.newPair();
    Instant now = Instant.now();
    byte[] isAuthority = extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes()));
    X509Certificate certificate =
        sign(
            KeyKind.P256,
            keys,
            principal(name),
            principal(name),
            keys,
            now.minus(PAST),
            now.plus(Duration.ofDays(3650)),
            List.of(isAuthority));
    return new Authority(KeyKind.P256, keys, certificate, List.of());
  }

  /** Returns a new authority below this one, with a key of the same kind. */
  public Authority intermediate(String name, Duration lasts) throws GeneralSecurityException {
    return intermediate(name, lasts, kind);
  }

  /** Returns a new authority below this one, with a key of a kind. */
  public Authority intermediate(String name, Duration lasts, KeyKind ofKey)
      throws GeneralSecurityException {
    KeyPair below = ofKey.newPair();
    Instant now = Instant.now();
    byte[] isAuthority = extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes()));
    X509Certificate issued =
        sign(
            kind,
            keys,
            certificate.getSubjectX500Principal(),
            principal(name),
            below,
            now.minus(PAST),
            now.plus(lasts),
            List.of(isAuthority));
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(issued);
    chain.addAll(above);
    return new Authority(ofKey, below, issued, chain);
  }

  /** Returns an identity for a host, which is valid from now on. */
  public Identity identity(String host, Duration lasts) throws GeneralSecurityException {
    Instant now = Instant.now();
    return identity(host, now.minus(PAST), now.plus(lasts));
  }

  /** Returns an identity for a host, a name or an IPv4 address. Its key is of our kind. */
  public Identity identity(String host, Instant from, Instant until)
      throws GeneralSecurityException {
    KeyPair own = kind.newPair();
    byte[] where =
        Der.sequence(
            Der.sequence(
                Der.objectId(ISSUERS), Der.implicit(URI, "http://authority.test/issuer.der")));
    X509Certificate issued =
        sign(
            kind,
            keys,
            certificate.getSubjectX500Principal(),
            principal(host),
            own,
            from,
            until,
            List.of(
                extension(ALTERNATIVE_NAME, false, Der.sequence(alternative(host))),
                extension(AUTHORITY_INFORMATION, false, where)));
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(issued);
    chain.addAll(above);
    return new Identity(own, chain);
  }

  /** Returns the certificate that a client trusts. */
  public X509Certificate certificate() {
    return certificate;
  }

  private static byte[] alternative(String host) {
    Optional<InetAddress> literal;
    try {
      literal = Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException name) {
      literal = Optional.empty();
    }
    return literal
        .map(address -> Der.implicit(IP_ADDRESS, address.getAddress()))
        .orElseGet(() -> Der.implicit(DNS_NAME, host));
  }

  private static X500Principal principal(String name) {
    return new X500Principal("CN=" + name);
  }

  private static byte[] extension(String id, boolean isCritical, byte[] value) {
    return isCritical
        ? Der.sequence(Der.objectId(id), Der.yes(), Der.octets(value))
        : Der.sequence(Der.objectId(id), Der.octets(value));
  }

  private static X509Certificate sign(
      KeyKind kind,
      KeyPair issuerKeys,
      X500Principal issuer,
      X500Principal subject,
      KeyPair subjectKeys,
      Instant from,
      Instant until,
      List<byte[]> extensions)
      throws GeneralSecurityException {
    byte[] algorithm = kind.identifier();
    byte[] signed =
        Der.sequence(
            Der.explicit(0, Der.integer(2)), // version 3
            Der.integer(serial.incrementAndGet()),
            algorithm,
            issuer.getEncoded(),
            Der.sequence(Der.time(from), Der.time(until)),
            subject.getEncoded(),
            subjectKeys.getPublic().getEncoded(),
            Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
    byte[] whole =
        Der.sequence(signed, algorithm, Der.bits(kind.sign(issuerKeys.getPrivate(), signed)));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }
}
