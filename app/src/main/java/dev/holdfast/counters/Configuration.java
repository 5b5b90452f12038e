package dev.holdfast.counters;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A list of actors, and what is known of those who were ever in one. Two configurations are merged
 * by {@link #merge}, in any order and as often as one likes, and all actors that exchange theirs
 * end with the same one.
 *
 * @param line what the versions are counted in: random, drawn by the first POST where there was no
 *     configuration; {@link Id#NONE} if there is none
 * @param version 1 or more; 0 if there is none
 * @param posted false if a start has only found it, and nobody has posted since
 * @param actors the addresses of the actors
 * @param absorbed other lines that have become a part of this one, each with its version then
 * @param seen which actor has answered at which address, with its generation then: 1, and one more
 *     each time that it counts again after an end. An address that was dropped before anybody had
 *     answered there has {@link #nobody} in place of an actor
 * @param ended actors that count no more, with the generation that ended: because they have said so
 *     and have handed over what they had, or because an operator has them forgotten
 * @param cleared the version at which notes that are {@link #over} were left out last; 0 if they
 *     never were
 */
public record Configuration(
    Id line,
    long version,
    boolean posted,
    NavigableSet<Address> actors,
    NavigableMap<Id, Long> absorbed,
    NavigableMap<Seen, Long> seen,
    NavigableMap<Id, Long> ended,
    long cleared) {

  /** There is no configuration. */
  public static final Configuration NONE =
      new Configuration(
          Id.NONE, 0, false, new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), 0);

  /**
   * Its length from which on it takes no further notes, in bytes. Notes of an end are taken all the
   * same: they make room.
   */
  static final int NOTES_BYTES_MAX = 256 * 1024;

  /** Its length in any case, in bytes: less than that of a record. */
  static final int BYTES_MAX = 1_000_000;

  /** Lines that are remembered. One that is forgotten and comes again is united once more. */
  static final int ABSORBED_MAX = 1_000;

  /** Notes that are over from which on they are left out. */
  static final int CLEARED_MIN = 256;

  /** An actor has answered at an address. */
  public record Seen(Id actor, Address address) implements Comparable<Seen> {
    boolean isNobody() {
      return actor.equals(nobody(address));
    }

    @Override
    public int compareTo(Seen other) {
      int byActor = actor.compareTo(other.actor);
      return byActor != 0 ? byActor : address.compareTo(other.address);
    }
  }

  public Configuration {
    actors = Collections.unmodifiableNavigableSet(new TreeSet<>(actors));
    absorbed = Collections.unmodifiableNavigableMap(new TreeMap<>(absorbed));
    seen = Collections.unmodifiableNavigableMap(new TreeMap<>(seen));
    ended = Collections.unmodifiableNavigableMap(new TreeMap<>(ended));
  }

  /** Returns true if there is none. */
  public boolean isNone() {
    return version == 0;
  }

  /** Returns the one that a start goes on with. */
  Configuration found() {
    return new Configuration(line, version, false, actors, absorbed, seen, ended, cleared);
  }

  /**
   * Returns the configuration that a POST makes of this one: itself if the list is in force.
   *
   * @param fresh the line, if this is the first
   */
  Configuration posted(NavigableSet<Address> list, Id fresh) {
    if (isNone()) {
      return new Configuration(fresh, 1, true, list, absorbed, seen, ended, cleared);
    }
    long next = actors.equals(list) ? version : version + 1;
    return new Configuration(
        line, next, true, list, absorbed, withDropped(seen, actors, list), ended, cleared);
  }

  /** Adds a note for each address that is dropped before anybody has answered there. */
  private static NavigableMap<Seen, Long> withDropped(
      NavigableMap<Seen, Long> seen, NavigableSet<Address> before, NavigableSet<Address> list) {
    var more = new TreeMap<>(seen);
    for (Address address : before) {
      if (!list.contains(address)
          && more.keySet().stream().noneMatch(place -> place.address().equals(address))) {
        more.put(new Seen(nobody(address), address), 1L);
      }
    }
    return more;
  }

  /**
   * Returns the same with a note that an actor answers at an address.
   *
   * @param generation of the actor, at least
   */
  Configuration withSeen(Id actor, Address address, long generation) {
    var more = new TreeMap<>(seen);
    long now = Math.max(generation, ended.getOrDefault(actor, 0L) + 1);
    more.merge(new Seen(actor, address), now, Math::max);
    return new Configuration(line, version, posted, actors, absorbed, more, ended, cleared);
  }

  /** Returns the same with all places of an actor that another configuration has. */
  Configuration withPlacesOf(Id actor, Configuration other) {
    var more = new TreeMap<>(seen);
    other.seen.forEach(
        (place, generation) -> {
          if (place.actor().equals(actor)) {
            more.merge(place, generation, Math::max);
          }
        });
    return new Configuration(line, version, posted, actors, absorbed, more, ended, cleared);
  }

  /**
   * Returns the same with a note that a generation of an actor, and those before it, have ended.
   */
  Configuration withEnded(Id actor, long generation) {
    var more = new TreeMap<>(ended);
    more.merge(actor, generation, Math::max);
    return new Configuration(line, version, posted, actors, absorbed, seen, more, cleared);
  }

  /**
   * Returns a next version without the notes that are {@link #over}, or this one if these are few.
   *
   * <p>To be called only where all actors of the list have this configuration. An actor that is not
   * in the list and has an older one may bring a note back. Then nothing is lost: it counts as one
   * of an actor that has not ended, unless that actor knows it better.
   */
  Configuration withoutOver() {
    Set<Seen> over = over();
    if (over.size() < CLEARED_MIN) {
      return this;
    }
    var left = new TreeMap<>(seen);
    left.keySet().removeAll(over);
    long next = version + 1;
    return new Configuration(line, next, posted, actors, absorbed, left, endsOf(left, ended), next);
  }

  /**
   * Returns the notes without which reads are the same: of actors that have ended, and of nobody
   * where somebody was met.
   */
  Set<Seen> over() {
    var over = new TreeSet<>(seen.keySet());
    living().forEach(over::remove);
    return over;
  }

  private static NavigableMap<Id, Long> endsOf(
      NavigableMap<Seen, Long> places, NavigableMap<Id, Long> ends) {
    var noted = new TreeSet<Id>();
    places.keySet().forEach(place -> noted.add(place.actor()));
    var left = new TreeMap<>(ends);
    left.keySet().retainAll(noted);
    return left;
  }

  /**
   * Returns where actors are that are not in the list and have not ended. An actor that is at an
   * address of the list, too, is left out.
   */
  List<Seen> dropped() {
    List<Seen> living = living();
    var listed = new HashSet<Id>();
    living.stream()
        .filter(place -> actors.contains(place.address()))
        .forEach(place -> listed.add(place.actor()));
    return living.stream()
        .filter(place -> !actors.contains(place.address()) && !listed.contains(place.actor()))
        .toList();
  }

  /** Returns the same with notes that actors have ended, in all generations that were seen. */
  Configuration withEnded(Set<Id> actorsEnded) {
    var more = new TreeMap<>(ended);
    seen.forEach(
        (place, generation) -> {
          if (actorsEnded.contains(place.actor())) {
            more.merge(place.actor(), generation, Math::max);
          }
        });
    return new Configuration(line, version, posted, actors, absorbed, seen, more, cleared);
  }

  /** Returns the highest generation of an actor that was seen, 0 if it never was. */
  long generation(Id actor) {
    return seen.entrySet().stream()
        .filter(place -> place.getKey().actor().equals(actor))
        .mapToLong(Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  /** Returns true if an actor is listed at an address, or was ever seen there. */
  boolean names(Address address) {
    return actors.contains(address)
        || seen.keySet().stream().anyMatch(place -> place.address().equals(address));
  }

  /** Returns true if it was noted that this actor answers at this address, and not ended since. */
  boolean hasSeen(Id actor, Address address) {
    Long generation = seen.get(new Seen(actor, address));
    return generation != null && generation > ended.getOrDefault(actor, 0L);
  }

  /** Returns true if this actor has ever answered at an address of a list. */
  boolean knows(Id actor) {
    Seen next = seen.ceilingKey(new Seen(actor, new Address("", 0)));
    return next != null && next.actor().equals(actor);
  }

  /** Returns the places where an actor was seen that has not ended since. */
  List<Seen> living() {
    var met = new TreeSet<Address>();
    seen.keySet().stream().filter(place -> !place.isNobody()).forEach(p -> met.add(p.address()));
    var living = new ArrayList<Seen>();
    seen.forEach(
        (place, generation) -> {
          boolean isKnownSince = place.isNobody() && met.contains(place.address());
          if (generation > ended.getOrDefault(place.actor(), 0L) && !isKnownSince) {
            living.add(place);
          }
        });
    return living;
  }

  /** Returns what stands for whoever may have counted at an address where nobody has answered. */
  static Id nobody(Address address) {
    return Id.digest(address.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Returns what this one and another one make together. */
  Configuration merge(Configuration other) {
    if (other.isNone() || isNone()) {
      return isNone() ? other : this;
    }
    var lines = new TreeMap<>(absorbed);
    other.absorbed.forEach((id, at) -> lines.merge(id, at, Math::max));
    var places = new TreeMap<>(seen);
    other.seen.forEach((place, at) -> places.merge(place, at, Math::max));
    var ends = new TreeMap<>(ended);
    other.ended.forEach((id, at) -> ends.merge(id, at, Math::max));
    Choice choice = line.equals(other.line) ? sameLine(other) : otherLine(other);
    if (!line.equals(other.line)) {
      Configuration loser = choice.line.equals(line) ? other : this;
      lines.merge(loser.line, loser.version, Math::max);
    }
    while (lines.size() > ABSORBED_MAX) {
      lines.pollFirstEntry(); // whichever: what matters is that all leave out the same
    }
    NavigableMap<Seen, Long> noted = withDropped(places, union(other), choice.actors);
    boolean isClearing = line.equals(other.line) && cleared != other.cleared;
    if (isClearing) {
      noted.keySet().removeAll(cleared > other.cleared ? other.left(this) : left(other));
    }
    return new Configuration(
        choice.line,
        choice.version,
        choice.posted,
        choice.actors,
        lines,
        noted,
        isClearing ? endsOf(noted, ends) : ends,
        choice.cleared);
  }

  /** Returns the notes that a newer one has left out, or would have. */
  private Set<Seen> left(Configuration newer) {
    Set<Seen> over = over();
    over.removeIf(place -> newer.knows(place.actor()));
    return over;
  }

  private record Choice(
      Id line, long version, boolean posted, NavigableSet<Address> actors, long cleared) {}

  private Choice sameLine(Configuration other) {
    boolean isPosted = posted || other.posted;
    if (version == other.version) {
      return new Choice(line, version, isPosted, union(other), Math.max(cleared, other.cleared));
    }
    Configuration newer = version > other.version ? this : other;
    return new Choice(
        line, newer.version, isPosted, newer.actors, Math.max(cleared, other.cleared));
  }

  private Choice otherLine(Configuration other) {
    boolean hasOther = hasAbsorbed(other);
    boolean isInOther = other.hasAbsorbed(this);
    Configuration greater = line.compareTo(other.line) > 0 ? this : other;
    if (hasOther != isInOther) {
      return (hasOther ? this : other).chosen();
    }
    Configuration lesser = line.compareTo(other.line) > 0 ? other : this;
    if (posted != other.posted) {
      Configuration winner = posted ? this : other;
      Configuration loser = posted ? other : this;
      long next = Math.max(winner.version, loser.version + 1);
      return new Choice(winner.line, next, true, winner.actors, winner.cleared);
    }
    if (greater.actors.containsAll(lesser.actors) && greater.version > lesser.version) {
      return greater.chosen();
    }
    long next = Math.max(version, other.version) + 1;
    return new Choice(greater.line, next, posted, union(other), greater.cleared);
  }

  private Choice chosen() {
    return new Choice(line, version, posted, actors, cleared);
  }

  private boolean hasAbsorbed(Configuration other) {
    Long at = absorbed.get(other.line);
    return at != null && at >= other.version;
  }

  private NavigableSet<Address> union(Configuration other) {
    var union = new TreeSet<>(actors);
    union.addAll(other.actors);
    return union;
  }

  static Configuration read(Input in) {
    return ConfigurationBytes.read(in);
  }

  void write(Output out) {
    ConfigurationBytes.write(this, out);
  }

  /** Returns its length in a record and in a message, in bytes. */
  int bytes() {
    var out = new Output();
    write(out);
    return out.toBytes().length;
  }

  /**
   * Returns true if it may not follow another one: it is longer than may be at all, or has more
   * notes and is longer than it may be with these.
   *
   * @param bytesMax the length with more notes, in bytes
   */
  boolean isTooLongAfter(Configuration before, int bytesMax) {
    if (equals(before)) {
      return false;
    }
    int bytes = bytes();
    return bytes > BYTES_MAX || (bytes > bytesMax && seen.size() > before.seen.size());
  }

  /** Returns 128 bits that tell it from any other configuration; {@link Id#NONE} if it is none. */
  public Id stamp() {
    if (isNone()) {
      return Id.NONE;
    }
    var out = new Output();
    write(out);
    return Id.digest(out.toBytes());
  }
}
