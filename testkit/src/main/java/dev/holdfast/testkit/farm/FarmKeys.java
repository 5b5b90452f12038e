package dev.holdfast.testkit.farm;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The authority and the identities of all farms on one address. A process makes them once: many
 * tests start a farm each, and keys and signatures are most of its start.
 *
 * <p>Threading: any number of threads. The lock is the class: it guards what was made.
 *
 * @param identities by the host, or {@link SniKeys#NO_NAME} for a client that names none
 */
record FarmKeys(Authority root, Map<String, Authority.Identity> identities) {
  private static final Duration LONG = Duration.ofDays(400);
  private static final Map<InetAddress, FarmKeys> MADE = new HashMap<>();

  FarmKeys {
    identities = Map.copyOf(identities);
  }

  /** Returns those of an address. */
  static synchronized FarmKeys of(InetAddress address) throws GeneralSecurityException {
    FarmKeys made = MADE.get(address);
    if (made == null) {
      made = make(address.getHostAddress());
      MADE.put(address, made);
    }
    return made;
  }

  private static FarmKeys make(String address) throws GeneralSecurityException {
    Authority root = Authority.root("Farm Root of " + address);
    Authority between = root.intermediate("Farm Intermediate", LONG);
    var identities = new HashMap<String, Authority.Identity>();
    for (Farm.Name name : Farm.Name.values()) {
      identities.put(name.host(), identity(name, root, between));
    }
    identities.put(SniKeys.NO_NAME, between.identity(address, LONG));
    return new FarmKeys(root, identities);
  }

  private static Authority.Identity identity(Farm.Name name, Authority root, Authority between)
      throws GeneralSecurityException {
    String host = name.host();
    Instant now = Instant.now();
    return switch (name) {
      case EXPIRED -> between.identity(host, now.minus(LONG), now.minus(Duration.ofDays(2)));
      case NOT_YET -> between.identity(host, now.plus(Duration.ofDays(2)), now.plus(LONG));
      case WRONG_NAME -> between.identity("another.test", LONG);
      case UNKNOWN ->
          Authority.root("Nobody's Root")
              .intermediate("Nobody's Intermediate", LONG)
              .identity(host, LONG);
      case INCOMPLETE -> between.identity(host, LONG).alone();
      case ENDS_SOON ->
          root.intermediate("Farm Short Intermediate", Duration.ofDays(5))
              .identity(host, Duration.ofDays(60));
      case GOOD, H2, H2_SILENT, H2_RESET, H2_HALF, H2_HALF_HEAD, H2_PINGS ->
          between.identity(host, LONG);
    };
  }
}
