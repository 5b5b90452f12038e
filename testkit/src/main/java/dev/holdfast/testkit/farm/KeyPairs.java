package dev.holdfast.testkit.farm;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;

/**
 * Pairs of keys, which are the JDK's. The primes of RSA are found by native code where there is
 * some: in a JVM that has just started, the JDK takes seconds for them.
 */
final class KeyPairs {
  private static final String RSA = "RSA";
  private static final boolean HAS_NATIVE_CODE = hasNativeCode();

  private KeyPairs() {}

  /** Returns a new pair of keys. */
  static KeyPair make(KeyKind kind, String algorithm, int bits) throws GeneralSecurityException {
    return switch (kind) {
      case P256, P384, ED25519 -> generated(KeyPairGenerator.getInstance(algorithm), bits);
      case RSA_2048, RSA_4096, RSA_PSS -> ofAlgorithm(algorithm, generated(rsa(), bits));
    };
  }

  private static KeyPairGenerator rsa() throws GeneralSecurityException {
    return HAS_NATIVE_CODE
        ? KeyPairGenerator.getInstance(RSA, AmazonCorrettoCryptoProvider.INSTANCE)
        : KeyPairGenerator.getInstance(RSA);
  }

  private static boolean hasNativeCode() {
    try {
      return AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null;
    } catch (LinkageError e) {
      return false; // not for this platform
    }
  }

  private static KeyPair generated(KeyPairGenerator generator, int bits) {
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static KeyPair ofAlgorithm(String algorithm, KeyPair pair)
      throws GeneralSecurityException {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
    KeyFactory factory = KeyFactory.getInstance(algorithm);
    return new KeyPair(
        factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())),
        factory.generatePrivate(
            new RSAPrivateCrtKeySpec(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient())));
  }
}
