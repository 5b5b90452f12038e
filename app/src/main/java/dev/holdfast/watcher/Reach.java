package dev.holdfast.watcher;

import java.net.InetAddress;
import java.util.List;

/**
 * How a site is reached.
 *
 * @param resolve which of its addresses is connected to
 * @param family which kind of address
 * @param isFollowing true if redirects are followed, five at most
 * @param isVerifying true if certificates are verified
 * @param isTlsRequired true if a redirect to plain http makes the endpoint down
 * @param isReusing true if the list wants connections to be kept from check to check. The engine
 *     keeps none
 * @param allowedNets nets that this endpoint may reach although they are refused by default, in
 *     CIDR notation
 */
public record Reach(
    Resolve resolve,
    Family family,
    boolean isFollowing,
    boolean isVerifying,
    boolean isTlsRequired,
    boolean isReusing,
    List<String> allowedNets) {

  public static final Reach DEFAULT =
      new Reach(new Resolve.Any(), Family.ANY, true, true, false, false, List.of());

  public Reach {
    allowedNets = List.copyOf(allowedNets);
  }

  /** Which address of a site is connected to. */
  public sealed interface Resolve {
    /** One that connects. */
    record Any() implements Resolve {}

    /** This one, whatever its name resolves to. */
    record Fixed(InetAddress address) implements Resolve {}

    /** Each one, by an endpoint of its own. */
    record Each() implements Resolve {}
  }

  /** A kind of address. */
  public enum Family {
    ANY,
    IPV4,
    IPV6
  }
}
