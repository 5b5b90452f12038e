package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.guard.Guard;
import dev.holdfast.watcher.guard.Net;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The visits of one check, and the connection that it may use again.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class Plans {
  /** Methods whose requests must not be sent twice (RFC 9110, section 9.2.2). */
  private static final Set<String> ONCE = Set.of("POST", "PATCH");

  private final Endpoint endpoint;
  private final Guard guard;
  private final Wires wires;
  private final List<Net> allowedNets;
  private final List<Loop> loops = new ArrayList<>(1); // that visits ran on; guarded by this

  Plans(Endpoint endpoint, Guard guard, Wires wires) {
    this.endpoint = endpoint;
    this.guard = guard;
    this.wires = wires;
    this.allowedNets = endpoint.reach().allowedNets().stream().map(Net::parse).toList();
  }

  /**
   * Returns a visit on a new connection.
   *
   * @param triedFromNanos when an earlier address was tried, if this one is tried instead
   * @param end takes the visit and its end
   */
  Visit visit(
      Progress progress,
      InetAddress address,
      OptionalLong triedFromNanos,
      BiConsumer<Visit, VisitEnd> end) {
    return noted(new Visit(plan(progress, address, triedFromNanos), wires, Optional.empty(), end));
  }

  /** Returns a visit on a connection that was kept. */
  Visit visitAgain(Progress progress, KeptConnection kept, BiConsumer<Visit, VisitEnd> end) {
    VisitPlan plan = plan(progress, kept.address(), OptionalLong.empty());
    return noted(new Visit(plan, wires, Optional.of(kept), end));
  }

  private synchronized Visit noted(Visit visit) {
    if (!loops.contains(visit.loop())) {
      loops.add(visit.loop());
    }
    return visit;
  }

  /** Returns the worst lag of the loops that visits ran on, since a moment, in ns. */
  synchronized long worstLagNanos(long sinceNanos) {
    return loops.stream().mapToLong(loop -> loop.worstLagNanos(sinceNanos)).max().orElse(0);
  }

  private VisitPlan plan(Progress progress, InetAddress address, OptionalLong triedFromNanos) {
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
        keeping().flatMap(keeping -> wires.kept().take(keeping.id(), home, keeping.reach()));
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
