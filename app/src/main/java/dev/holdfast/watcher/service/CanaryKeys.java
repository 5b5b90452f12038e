package dev.holdfast.watcher.service;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;

/**
 * A key of this process and its certificate, for the canary of https. Nobody trusts it, and nothing
 * but the canary shows it. The JDK has no public way to make a certificate, so this writes one in
 * DER (RFC 5280, section 4.1; ITU-T X.690): version 1, which has no extensions.
 */
final class CanaryKeys {
  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;

  /** The number 1. */
  private static final byte[] SERIAL = {0x02, 0x01, 0x01};

  /** The object identifier of ECDSA with SHA-256: 1.2.840.10045.4.3.2 (RFC 5758, section 3.2). */
  private static final byte[] ALGORITHM = HexFormat.of().parseHex("300a06082a8648ce3d040302");

  private CanaryKeys() {}

  /**
   * Returns a context of TLS with a new key.
   *
   * @throws GeneralSecurityException if the JDK lacks an algorithm
   */
  static SSLContext context() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException("an empty key store cannot be made", e);
    }
    char[] password = {}; // the store never leaves the memory
    store.setKeyEntry("canary", keys.getPrivate(), password, new Certificate[] {certificate(keys)});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static Certificate certificate(KeyPair keys) throws GeneralSecurityException {
    byte[] name = new X500Principal("CN=canary").getEncoded();
    byte[] validity =
        tagged(
            SEQUENCE, time(UTC_TIME, "200101000000Z"), time(GENERALIZED_TIME, "99991231235959Z"));
    byte[] body =
        tagged(SEQUENCE, SERIAL, ALGORITHM, name, validity, name, keys.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    byte[] signed = tagged(BIT_STRING, new byte[] {0}, signature.sign());
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(tagged(SEQUENCE, body, ALGORITHM, signed)));
  }

  private static byte[] time(int tag, String text) {
    return tagged(tag, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns parts of up to 65,535 bytes in all, with a tag and their length before them. */
  private static byte[] tagged(int tag, byte[]... parts) {
    var value = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      value.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    int length = value.size();
    if (length > 0xff) {
      out.write(0x82);
      out.write(length >> Byte.SIZE);
    } else if (length > 0x7f) {
      out.write(0x81);
    }
    out.write(length & 0xff);
    out.writeBytes(value.toByteArray());
    return out.toByteArray();
  }
}
