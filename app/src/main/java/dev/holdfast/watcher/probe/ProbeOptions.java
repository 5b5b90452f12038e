package dev.holdfast.watcher.probe;

import dev.holdfast.bounds.Bounds;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The bounds of the engine.
 *
 * @param plainLoops event loops for http, 1 to {@value #LOOPS_MAX}
 * @param tlsLoops event loops for https, 1 to {@value #LOOPS_MAX}
 * @param judges threads that decode and search, 1 to {@value #LOOPS_MAX}
 * @param inFlightMax checks at once, 1 to 100,000. A further one is not made: {@code saturated}
 * @param bodyBytesMax the memory of all answers in flight, in bytes, 1 MiB and more: of bodies,
 *     heads and the URLs of redirects. A check that needs more ends as a fault of the agent
 * @param lingeringMax connections whose answer is whole and which the server is to close, 0 to
 *     100,000. A further one is reset
 * @param authorities certificate authorities that are trusted besides those of the JDK
 */
public record ProbeOptions(
    int plainLoops,
    int tlsLoops,
    int judges,
    int inFlightMax,
    long bodyBytesMax,
    int lingeringMax,
    List<X509Certificate> authorities) {

  /** The most loops or threads of a kind. */
  public static final int LOOPS_MAX = 64;

  private static final int IN_FLIGHT_LIMIT = 100_000;

  /** For an agent on one core. */
  public static final ProbeOptions DEFAULT =
      new ProbeOptions(1, 1, 1, 8_000, 96L << 20, 2_000, List.of());

  public ProbeOptions {
    authorities = List.copyOf(authorities);
    Bounds.within("plainLoops", plainLoops, 1, LOOPS_MAX);
    Bounds.within("tlsLoops", tlsLoops, 1, LOOPS_MAX);
    Bounds.within("judges", judges, 1, LOOPS_MAX);
    Bounds.within("inFlightMax", inFlightMax, 1, IN_FLIGHT_LIMIT);
    Bounds.atLeast("bodyBytesMax", bodyBytesMax, 1 << 20);
    Bounds.within("lingeringMax", lingeringMax, 0, IN_FLIGHT_LIMIT);
  }

  /** Returns these options with further authorities. */
  public ProbeOptions trusting(List<X509Certificate> further) {
    return new ProbeOptions(
        plainLoops, tlsLoops, judges, inFlightMax, bodyBytesMax, lingeringMax, further);
  }

  /** Returns these options with another bound of checks at once. */
  public ProbeOptions withInFlightMax(int most) {
    return new ProbeOptions(
        plainLoops, tlsLoops, judges, most, bodyBytesMax, lingeringMax, authorities);
  }

  /** Returns these options with another bound of the memory of answers, in bytes. */
  public ProbeOptions withBodyBytesMax(long bytes) {
    return new ProbeOptions(
        plainLoops, tlsLoops, judges, inFlightMax, bytes, lingeringMax, authorities);
  }
}
