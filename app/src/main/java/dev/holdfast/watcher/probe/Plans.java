package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.guard.Guard;
import dev.holdfast.watcher.guard.Net;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The visits of one check, and the connection that it may use again.
 *
 * @param allowedNets the nets of the endpoint
 */
record Plans(Endpoint endpoint, List<Net> allowedNets, Guard guard, KeptConnections connections) {
  /** Methods whose requests must not be sent twice (RFC 9110, section 9.2.2). */
  private static final Set<String> ONCE = Set.of("POST", "PATCH");

  Plans {
    allowedNets = List.copyOf(allowedNets);
  }

  /**
   * Returns a visit.
   *
   * @param triedFromNanos when an earlier address was tried, if this one is tried instead
   */
  VisitPlan plan(Progress progress, InetAddress address, OptionalLong triedFromNanos) {
    VisitPlan.Wish wish =
        new VisitPlan.Wish(
            endpoint.expectation().bodyBytesMax(),
            endpoint.expectation().searchesBody(),
            endpoint.reach().isFollowing());
    return new VisitPlan(
        progress.target(),
        address,
        progress.outgoing(),
        endpoint.reach().isVerifying(),
        wish,
        triedFromNanos,
        progress.answer().hops().isEmpty() ? keeping() : Optional.empty());
  }

  /** Returns why the guard forbids an address, or empty if it allows it. */
  Optional<String> refusal(InetAddress address) {
    return guard.refusal(address, allowedNets);
  }

  /** Returns the connection of the check before, if there is one and the guard allows it. */
  Optional<KeptConnection> kept(Target home) {
    Optional<KeptConnection> found =
        keeping().flatMap(keeping -> connections.take(keeping.id(), home, keeping.reach()));
    if (found.isPresent() && refusal(found.get().address()).isPresent()) {
      found.get().close();
      return Optional.empty();
    }
    return found;
  }

  /**
   * Returns how the connection of this check is kept, or empty if it is not. A request that must
   * not be sent twice never goes to a connection that may be stale. One with a body may be answered
   * before it is sent whole, and the connection is of no use then.
   */
  private Optional<KeptConnections.Keeping> keeping() {
    boolean isRepeatable =
        !ONCE.contains(endpoint.request().method()) && endpoint.request().body().isEmpty();
    return endpoint.reach().isReusing() && isRepeatable
        ? Optional.of(
            new KeptConnections.Keeping(
                endpoint.id(), endpoint.reach(), endpoint.timing().intervalMs()))
        : Optional.empty();
  }
}
