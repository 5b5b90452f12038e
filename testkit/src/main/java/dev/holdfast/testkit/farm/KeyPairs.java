package dev.holdfast.testkit.farm;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/**
 * Pairs of keys. Of those of RSA a process has a few, which come again: it takes seconds to find
 * their primes.
 *
 * <p>Threading: any number of threads.
 */
final class KeyPairs {
  /** So many different pairs of RSA follow each other at least. */
  private static final int EACH = 4;

  /** The primes of 4,096 bits take longest to find, so one pair is that of all its owners. */
  private static final int EACH_LONGEST = 1;

  private static final Map<KeyKind, Deque<KeyPair>> MADE = new EnumMap<>(KeyKind.class);

  private KeyPairs() {}

  /** Returns a pair of keys. Unless it is of the longest kind, the last ones are others. */
  static KeyPair next(KeyKind kind, String algorithm, int bits) throws GeneralSecurityException {
    return switch (kind) {
      case P256, P384, ED25519 -> make(algorithm, bits);
      case RSA_2048 -> next(kind, EACH, algorithm, bits);
      case RSA_4096 -> next(kind, EACH_LONGEST, algorithm, bits);
      case RSA_PSS -> ofAlgorithm(algorithm, KeyKind.RSA_2048.newPair()); // with primes that exist
    };
  }

  private static synchronized KeyPair next(KeyKind kind, int most, String algorithm, int bits)
      throws GeneralSecurityException {
    Deque<KeyPair> made = MADE.computeIfAbsent(kind, _ -> new ArrayDeque<>());
    KeyPair pair = made.size() < most ? make(algorithm, bits) : made.removeFirst();
    made.addLast(pair);
    return pair;
  }

  private static KeyPair make(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
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
