package dev.holdfast.watcher.probe;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request to one address.
 *
 * @param target where the request goes
 * @param address the address that is connected to, which the guard has let pass
 * @param outgoing what is sent
 * @param isVerifying true if the certificate is verified
 * @param wish which part of the answer is wanted
 * @param triedFromNanos when an earlier address of the target was tried, if this one is tried
 *     instead
 * @param keeping for whom the connection is kept after a whole answer, or empty if it is not
 */
record VisitPlan(
    Target target,
    InetAddress address,
    Outgoing outgoing,
    boolean isVerifying,
    Wish wish,
    OptionalLong triedFromNanos,
    Optional<KeptConnections.Keeping> keeping) {

  /**
   * Which part of an answer is wanted.
   *
   * @param bodyBytesMax how much of the body is read, in bytes as they come
   * @param isBodySearched true if the body is looked at, and not only counted
   * @param isFollowing true if the body of a redirect is of no interest
   */
  record Wish(int bodyBytesMax, boolean isBodySearched, boolean isFollowing) {}
}
