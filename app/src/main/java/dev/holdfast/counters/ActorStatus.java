package dev.holdfast.counters;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of an actor, for its operator, all of one moment.
 *
 * @param actor the identity of its directory
 * @param process a random number of its process
 * @param configuration what is in force here; none if its version is 0
 * @param isListed whether one of the addresses of the configuration is its own
 * @param isCounting false once it was dropped and has stopped
 * @param peers the other addresses of the configuration
 * @param unconfirmed addresses of actors that may have counted, have handed over nothing, and did
 *     not answer last at an address of the configuration
 * @param notesPercent how much of the room for notes in the configuration is taken, in percent. It
 *     takes no further notes from 100 on
 * @param memoryPercent how much of the memory for counters is taken, in percent. It takes no new
 *     counter of a client from 100 on
 * @param counters how many counters are known here
 * @param slots how many slots are known here, of all actors
 * @param formerSlots how many of them are this actor's own, of its former lives
 * @param living the slot of this life, if anything was counted in it
 * @param sequence of the last change in that slot; 0 if there is none
 */
public record ActorStatus(
    Id actor,
    Id process,
    Configuration configuration,
    boolean isListed,
    boolean isCounting,
    List<PeerStatus> peers,
    List<Address> unconfirmed,
    int notesPercent,
    int memoryPercent,
    int counters,
    int slots,
    int formerSlots,
    Optional<Id> living,
    long sequence) {

  /**
   * The actor at an address, as far as it is known.
   *
   * @param actor who answered last, if anybody has since this process started
   * @param isReachable whether it answered the last request that was sent to it directly
   * @param failures how many such requests in a row got no answer
   * @param isAgreed whether it had the same configuration when it answered last
   * @param heardAgeMs how long ago it answered, directly or through another actor, in ms; empty if
   *     it has not since this process started
   * @param newsAgeMs how old its news are, in ms: all that it had counted so long ago is surely
   *     known here. Empty if nothing is known for sure since this process started
   */
  public record PeerStatus(
      Address address,
      Optional<Id> actor,
      boolean isReachable,
      int failures,
      boolean isAgreed,
      OptionalLong heardAgeMs,
      OptionalLong newsAgeMs) {}

  static List<PeerStatus> peers(Membership membership, Exchange exchange) {
    return membership.listedOthers().stream().map(at -> membership.statusOf(at, exchange)).toList();
  }

  static ActorStatus of(
      Membership membership,
      OwnState own,
      Ledger ledger,
      Exchange exchange,
      ActorConfig config,
      boolean isCounting) {
    Optional<Slot> living = own.living();
    int ownSlots = own.own().size();
    return new ActorStatus(
        membership.actor(),
        membership.process(),
        membership.configuration(),
        membership.isListed(),
        isCounting,
        peers(membership, exchange),
        membership.unconfirmed(),
        (int) (100L * membership.configuration().bytes() / Configuration.NOTES_BYTES_MAX),
        (int) (100 * ledger.bytes() / Math.max(1, config.bytesMax())),
        ledger.counterCount(),
        ledger.slotCount(),
        living.isPresent() ? ownSlots - 1 : ownSlots,
        living.map(Slot::id),
        living.map(Slot::known).orElse(0L));
  }
}
