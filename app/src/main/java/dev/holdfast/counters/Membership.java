package dev.holdfast.counters;

import dev.holdfast.disk.RecordLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The configuration that is in force here, and who was met at its addresses.
 *
 * <p>Threading: under the actor's lock.
 */
final class Membership {
  /** Addresses that are remembered although the configuration does not name them, at most. */
  static final int PEERS_SPARE = 16_384;

  private final Id process;
  private final OwnState own;
  private final Network network;
  private final Clock clock;
  private final Guarded guarded;
  private final Map<Address, Peer> peers = new HashMap<>();
  private int peersMax = PEERS_SPARE; // from then on those that no configuration names are left out

  /** Addresses that this process has answered at when they were asked last. */
  private final Set<Address> selves = new HashSet<>();

  /** Addresses that another process has answered at since the present list is in force. */
  private final Set<Address> others = new HashSet<>();

  private final Set<Configuration.Seen> noting = new HashSet<>();
  private Set<Address> list = Set.of();

  /** The configuration that had no room for a note; {@link Id#NONE} if it always had. */
  private Id fullStamp = Id.NONE;

  private Id droppedStamp = Id.NONE;
  private List<Configuration.Seen> dropped = List.of(); // of that configuration
  private BooleanSupplier mustKeepOwnNotes = () -> false; // set once, by keepOwnNotesWhile
  private RecordLog<Change> log; // set once, by begin

  Membership(Id process, OwnState own, Network network, Clock clock, Guarded guarded) {
    this.guarded = guarded;
    this.process = process;
    this.own = own;
    this.network = network;
    this.clock = clock;
  }

  /** Gives it the log that changes are forced in. To be called before all else. */
  void begin(RecordLog<Change> ownLog) {
    log = ownLog;
    listed();
  }

  /**
   * Keeps the notes of this actor where others have left them out, while something is so. Others
   * take what an actor hands over only if the configuration knows it.
   */
  void keepOwnNotesWhile(BooleanSupplier isSo) {
    mustKeepOwnNotes = isSo;
  }

  Id actor() {
    return own.actor();
  }

  Id process() {
    return process;
  }

  Id stamp() {
    return own.stamp();
  }

  Configuration configuration() {
    return own.configuration();
  }

  Peer peer(Address address) {
    if (peers.size() >= peersMax && !peers.containsKey(address)) {
      leaveOutPeers();
    }
    return peers.computeIfAbsent(address, Peer::new);
  }

  /** Forgets who was met at addresses that the configuration does not name. */
  private void leaveOutPeers() {
    var named = new HashSet<>(configuration().actors());
    configuration().seen().keySet().forEach(place -> named.add(place.address()));
    peers.keySet().retainAll(named);
    selves.retainAll(named);
    peersMax = peers.size() + PEERS_SPARE;
  }

  /** Returns how many addresses are remembered. */
  int peerCount() {
    return peers.size();
  }

  /**
   * Returns true if this actor listens at the address, as far as is known. An answer of somebody
   * else from there counts more than that this machine takes the address for its own.
   */
  boolean isSelf(Address address) {
    return network.isSurelyOwn(address)
        || selves.contains(address)
        || (network.isOwn(address) && !hasOtherAnswered(address));
  }

  private boolean hasOtherAnswered(Address address) {
    Peer peer = peers.get(address);
    return peer != null && !peer.process().equals(Id.NONE) && !peer.process().equals(process);
  }

  /** Returns true if one of the addresses of the configuration is this actor's. */
  boolean isListed() {
    return configuration().actors().stream().anyMatch(this::isSelf);
  }

  /** Returns true if all addresses of the configuration are surely those of others. */
  boolean isElsewhere() {
    return !configuration().isNone() && !isListed() && others.containsAll(list);
  }

  /** Returns the addresses of the configuration of which nobody knows yet who answers there. */
  List<Address> unknownOthers() {
    return list.stream().filter(address -> !isSelf(address) && !others.contains(address)).toList();
  }

  /** Returns the other addresses of the configuration. */
  List<Address> listedOthers() {
    return configuration().actors().stream().filter(address -> !isSelf(address)).toList();
  }

  /** Returns the first address of the configuration that can be reached; empty if it is own. */
  Optional<Address> firstReachable() {
    return configuration().actors().stream()
        .sorted()
        .filter(address -> isSelf(address) || peer(address).isReachable())
        .findFirst()
        .filter(address -> !isSelf(address));
  }

  /**
   * Returns the addresses of the configuration that have to be asked before a read or a POST is
   * answered. An address that has led here, or that this machine takes for its own, may lead to
   * another machine by now, unless it is surely own.
   */
  List<Address> listedToAsk() {
    return configuration().actors().stream().filter(a -> !network.isSurelyOwn(a)).toList();
  }

  /** Returns those of them that lead here, as far as is known. */
  List<Address> listedToAskAgain() {
    return listedToAsk().stream().filter(this::isSelf).toList();
  }

  /** Returns true if the address leads nowhere else. */
  boolean isSurelyOwn(Address address) {
    return network.isSurelyOwn(address);
  }

  /**
   * Returns the addresses to exchange shares with: those of the configuration, and those where an
   * actor was dropped and has not ended.
   */
  List<Address> contacts() {
    var contacts = new TreeSet<>(configuration().actors());
    dropped().stream()
        .filter(place -> !place.actor().equals(actor()))
        .forEach(place -> contacts.add(place.address()));
    contacts.removeIf(this::isSelf);
    return new ArrayList<>(contacts);
  }

  /** Returns {@link Configuration#dropped} of the one in force. */
  List<Configuration.Seen> dropped() {
    if (!droppedStamp.equals(stamp())) {
      droppedStamp = stamp();
      dropped = configuration().dropped();
    }
    return dropped;
  }

  /** Takes over that another configuration is in force. */
  void listed() {
    if (!list.equals(configuration().actors())) {
      list = configuration().actors();
      others.clear();
    }
    for (Address address : configuration().actors()) {
      if (isSelf(address)) {
        noteSelf(address);
      }
    }
  }

  /** Takes over who answers at an address. */
  void met(Address address, Reply reply, boolean directly) {
    peer(address).answered(reply, directly, clock.nanoTime());
    if (reply.process().equals(process)) {
      selves.add(address);
      others.remove(address);
      if (list.contains(address)) {
        noteSelf(address);
      }
      return;
    }
    selves.remove(address);
    if (list.contains(address)) {
      others.add(address);
      note(reply.actor(), address, 1);
    }
  }

  /** After a stop this process needs a note of a new generation, and a copy of it does not. */
  private void noteSelf(Address address) {
    note(actor(), address, own.stopped() + 1);
  }

  private void note(Id actor, Address address, long generation) {
    var place = new Configuration.Seen(actor, address);
    boolean isNoted =
        configuration().hasSeen(actor, address) && configuration().generation(actor) >= generation;
    if (!isNoted && !isFull() && noting.add(place)) {
      guarded.run(() -> note(place, generation), () -> noting.remove(place));
    }
  }

  private void note(Configuration.Seen place, long generation) {
    add(
        configuration -> configuration.withSeen(place.actor(), place.address(), generation),
        stored -> {
          noting.remove(place);
          if (stored == Stored.TOO_LONG) {
            fullStamp = stamp();
          }
        });
  }

  /** Returns true if the configuration has had no room for a note. */
  boolean isFull() {
    return !configuration().isNone() && fullStamp.equals(stamp());
  }

  /**
   * Returns true if others will ask for this actor's counts at an address, also if it had ended.
   */
  boolean isBackAt(Address address) {
    return configuration().hasSeen(actor(), address)
        && configuration().generation(actor()) > own.stopped();
  }

  /** Returns true if another process answers as this actor at an address of the configuration. */
  boolean isCopy() {
    return configuration().actors().stream()
        .anyMatch(
            address ->
                others.contains(address)
                    && peer(address).actor().equals(actor())
                    && !peer(address).process().equals(process));
  }

  /** Returns true if an actor answers at an address of the configuration, as another process. */
  boolean isThereAs(Id actor, Id otherThan) {
    return actor.equals(actor())
        || configuration().actors().stream()
            .map(this::peer)
            .anyMatch(peer -> peer.actor().equals(actor) && !peer.process().equals(otherThan));
  }

  /** Returns true if an actor was seen at a listed address where nobody was met in this life. */
  boolean mayBeThere(Id actor) {
    return configuration().actors().stream()
        .anyMatch(
            address ->
                !isSelf(address)
                    && configuration().hasSeen(actor, address)
                    && peer(address).actor().equals(Id.NONE));
  }

  /**
   * Returns true if a question is to carry the configuration to an address. To one that has never
   * answered in this life that is once a second: many questions may go there.
   */
  boolean mayTell(Address address) {
    return peer(address).mayTell(clock.nanoTime());
  }

  ActorStatus.PeerStatus statusOf(Address address, Exchange exchange) {
    Peer peer = peer(address);
    return new ActorStatus.PeerStatus(
        address,
        Optional.of(peer.actor()).filter(actor -> !actor.equals(Id.NONE)),
        peer.isReachable(),
        peer.failures(),
        peer.stamp().equals(stamp()),
        ageMs(peer.heardNanos()),
        ageMs(exchange.newsNanos(peer.actor(), address)));
  }

  private OptionalLong ageMs(OptionalLong sinceNanos) {
    return sinceNanos.isEmpty()
        ? sinceNanos
        : OptionalLong.of((clock.nanoTime() - sinceNanos.getAsLong()) / 1_000_000);
  }

  /** Returns where actors may have counted that did not answer last at a listed address. */
  List<Address> unconfirmed() {
    var present = new HashSet<Id>(Set.of(actor()));
    listedOthers().forEach(address -> present.add(peer(address).actor()));
    return configuration().living().stream()
        .filter(place -> !present.contains(place.actor()) && !isNotHeard(place.address()))
        .map(Configuration.Seen::address)
        .distinct()
        .toList();
  }

  private boolean isNotHeard(Address address) {
    return list.contains(address) && peer(address).actor().equals(Id.NONE);
  }

  /** Merges a configuration that another actor has; then goes on, whatever came of it. */
  void merge(Configuration other, Runnable then) {
    Configuration mine = configuration();
    if (merged(mine, other).equals(mine)) {
      then.run();
    } else {
      change(configuration -> merged(configuration, other), _ -> then.run());
    }
  }

  private Configuration merged(Configuration mine, Configuration other) {
    Configuration merged = mine.merge(other);
    boolean isLeftOut = mine.knows(actor()) && !merged.knows(actor());
    return isLeftOut && mustKeepOwnNotes.getAsBoolean()
        ? merged.withPlacesOf(actor(), mine)
        : merged;
  }

  /**
   * Changes the configuration. A change that would make it too long is left out: its record would
   * fail all that share its force.
   *
   * @param then gets the outcome, once
   */
  void change(UnaryOperator<Configuration> step, Consumer<Stored> then) {
    change(step, Configuration.BYTES_MAX, then);
  }

  /** Does the same with a change that may add notes, for which there is less room. */
  void add(UnaryOperator<Configuration> step, Consumer<Stored> then) {
    change(step, Configuration.NOTES_BYTES_MAX, then);
  }

  private void change(UnaryOperator<Configuration> step, int bytesMax, Consumer<Stored> then) {
    boolean[] isTooLong = {false};
    UnaryOperator<Configuration> bounded =
        before -> {
          Configuration next = step.apply(before);
          isTooLong[0] = next.isTooLongAfter(before, bytesMax);
          return isTooLong[0] ? before : next;
        };
    Consumer<Stored> told = stored -> then.accept(isTooLong[0] ? Stored.TOO_LONG : stored);
    if (!log.ask(new Change.Configure(bounded, told))) {
      then.accept(Stored.NOT);
    }
  }

  /**
   * Notes which generation of this actor has stopped counting.
   *
   * @param generation 0 if it counts again
   * @param then hears, once, whether that is forced
   */
  void mark(long generation, Consumer<Boolean> then) {
    if (!log.ask(new Change.Stop(generation, then))) {
      then.accept(false);
    }
  }
}
