package dev.holdfast.testkit.farm;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Pairs of keys. Of those of RSA a process has a few, which come again: it takes seconds to find
 * their primes.
 *
 * <p>Threading: any number of threads.
 */
final class KeyPairs {
  private static final Set<KeyKind> RARE =
      Set.of(KeyKind.RSA_2048, KeyKind.RSA_4096, KeyKind.RSA_PSS);

  /** So many different pairs of one kind follow each other at least. */
  private static final int EACH = 4;

  private static final Map<KeyKind, Deque<KeyPair>> MADE = new EnumMap<>(KeyKind.class);

  private KeyPairs() {}

  /** Returns a pair of keys that is another one than the last ones. */
  static synchronized KeyPair next(KeyKind kind, String algorithm, int bits)
      throws GeneralSecurityException {
    Deque<KeyPair> made = MADE.computeIfAbsent(kind, _ -> new ArrayDeque<>());
    KeyPair pair = made.size() < EACH ? make(algorithm, bits) : made.removeFirst();
    if (RARE.contains(kind)) {
      made.addLast(pair);
    }
    return pair;
  }

  private static KeyPair make(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }
}
