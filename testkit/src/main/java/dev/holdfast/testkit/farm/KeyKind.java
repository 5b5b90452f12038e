package dev.holdfast.testkit.farm;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** The kinds of keys that sites have, and how each signs a certificate. */
public enum KeyKind {
  P256("EC", 256, "SHA256withECDSA", "1.2.840.10045.4.3.2"),
  P384("EC", 384, "SHA384withECDSA", "1.2.840.10045.4.3.3"),
  ED25519("EdDSA", 255, "Ed25519", "1.3.101.112"),
  RSA_2048("RSA", 2048, "SHA256withRSA", "1.2.840.113549.1.1.11"),
  RSA_4096("RSA", 4096, "SHA256withRSA", "1.2.840.113549.1.1.11"),
  RSA_PSS("RSASSA-PSS", 2048, "RSASSA-PSS", "1.2.840.113549.1.1.10");

  private static final int SALT_BYTES = 32;

  private final String algorithm;
  private final int bits;
  private final String signature;
  private final String objectId;

  KeyKind(String algorithm, int bits, String signature, String objectId) {
    this.algorithm = algorithm;
    this.bits = bits;
    this.signature = signature;
    this.objectId = objectId;
  }

  KeyPair newPair() throws GeneralSecurityException {
    return KeyPairs.make(this, algorithm, bits);
  }

  /** Returns the AlgorithmIdentifier of a signature (RFC 5280 section 4.1.1.2). */
  byte[] identifier() throws GeneralSecurityException {
    byte[] id = Der.objectId(objectId);
    return switch (this) {
      case P256, P384, ED25519 -> Der.sequence(id);
      case RSA_2048, RSA_4096 -> Der.sequence(id, Der.nothing());
      case RSA_PSS -> {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance(algorithm);
        parameters.init(pss());
        yield Der.sequence(id, encoded(parameters));
      }
    };
  }

  private static byte[] encoded(AlgorithmParameters parameters) throws GeneralSecurityException {
    try {
      return parameters.getEncoded();
    } catch (IOException e) {
      throw new GeneralSecurityException("the parameters have no encoding", e);
    }
  }

  byte[] sign(PrivateKey key, byte[] content) throws GeneralSecurityException {
    Signature signing = Signature.getInstance(signature);
    signing.initSign(key); // chooses a provider that takes the key, so it comes first
    if (this == RSA_PSS) {
      signing.setParameter(pss());
    }
    signing.update(content);
    return signing.sign();
  }

  private static PSSParameterSpec pss() {
    return new PSSParameterSpec(
        "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, SALT_BYTES, PSSParameterSpec.TRAILER_FIELD_BC);
  }
}
