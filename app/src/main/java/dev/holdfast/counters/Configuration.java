package dev.holdfast.counters;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
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
 * @param seen which actor has answered at which address, with the highest version then
 * @param ended actors that count no more, with the version that ended them: because they have said
 *     so and have handed over what they had, or because an operator has them forgotten
 */
record Configuration(
    Id line,
    long version,
    boolean posted,
    NavigableSet<Address> actors,
    NavigableMap<Id, Long> absorbed,
    NavigableMap<Seen, Long> seen,
    NavigableMap<Id, Long> ended) {

  /** There is no configuration. */
  static final Configuration NONE =
      new Configuration(
          Id.NONE, 0, false, new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  /** An actor has answered at an address. */
  record Seen(Id actor, Address address) implements Comparable<Seen> {
    @Override
    public int compareTo(Seen other) {
      int byActor = actor.compareTo(other.actor);
      return byActor != 0 ? byActor : address.compareTo(other.address);
    }
  }

  Configuration {
    actors = Collections.unmodifiableNavigableSet(new TreeSet<>(actors));
    absorbed = Collections.unmodifiableNavigableMap(new TreeMap<>(absorbed));
    seen = Collections.unmodifiableNavigableMap(new TreeMap<>(seen));
    ended = Collections.unmodifiableNavigableMap(new TreeMap<>(ended));
  }

  /** Returns true if there is none. */
  boolean isNone() {
    return version == 0;
  }

  /** Returns the one that a start goes on with. */
  Configuration found() {
    return new Configuration(line, version, false, actors, absorbed, seen, ended);
  }

  /**
   * Returns the configuration that a POST makes of this one: itself if the list is in force.
   *
   * @param fresh the line, if this is the first
   */
  Configuration posted(NavigableSet<Address> list, Id fresh) {
    if (isNone()) {
      return new Configuration(fresh, 1, true, list, absorbed, seen, ended);
    }
    long next = actors.equals(list) ? version : version + 1;
    return new Configuration(line, next, true, list, absorbed, seen, ended);
  }

  /** Returns the same with a note that an actor answers at an address. */
  Configuration withSeen(Id actor, Address address) {
    var more = new TreeMap<>(seen);
    more.merge(new Seen(actor, address), version, Math::max);
    return new Configuration(line, version, posted, actors, absorbed, more, ended);
  }

  /** Returns the same with a note that an actor counts no more. */
  Configuration withEnded(Id actor, long atVersion) {
    var more = new TreeMap<>(ended);
    more.merge(actor, atVersion, Math::max);
    return new Configuration(line, version, posted, actors, absorbed, seen, more);
  }

  /** Returns true if it was noted that this actor answers at this address, and not ended since. */
  boolean hasSeen(Id actor, Address address) {
    Long at = seen.get(new Seen(actor, address));
    return at != null && !isEndedSince(actor, at);
  }

  private boolean isEndedSince(Id actor, long at) {
    Long end = ended.get(actor);
    return end != null && end >= at;
  }

  /** Returns true if this actor has ever answered at an address of a list. */
  boolean knows(Id actor) {
    Seen next = seen.ceilingKey(new Seen(actor, new Address("", 0)));
    return next != null && next.actor().equals(actor);
  }

  /** Returns the places where an actor was seen that has not ended since. */
  List<Seen> living() {
    var living = new ArrayList<Seen>();
    seen.forEach(
        (place, at) -> {
          if (!isEndedSince(place.actor(), at)) {
            living.add(place);
          }
        });
    return living;
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
    return new Configuration(
        choice.line, choice.version, choice.posted, choice.actors, lines, places, ends);
  }

  private record Choice(Id line, long version, boolean posted, NavigableSet<Address> actors) {}

  private Choice sameLine(Configuration other) {
    boolean isPosted = posted || other.posted;
    if (version == other.version) {
      return new Choice(line, version, isPosted, union(other));
    }
    Configuration newer = version > other.version ? this : other;
    return new Choice(line, newer.version, isPosted, newer.actors);
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
      return new Choice(winner.line, next, true, winner.actors);
    }
    if (greater.actors.containsAll(lesser.actors) && greater.version > lesser.version) {
      return greater.chosen();
    }
    long next = Math.max(version, other.version) + 1;
    return new Choice(greater.line, next, posted, union(other));
  }

  private Choice chosen() {
    return new Choice(line, version, posted, actors);
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
    Id line = in.id();
    long version = in.number();
    boolean posted = in.flag();
    var actors = new TreeSet<Address>();
    for (int left = in.count(); left > 0; left--) {
      actors.add(Address.read(in));
    }
    var absorbed = readVersions(in);
    var seen = new TreeMap<Seen, Long>();
    for (int left = in.count(); left > 0; left--) {
      seen.put(new Seen(in.id(), Address.read(in)), in.number());
    }
    return new Configuration(line, version, posted, actors, absorbed, seen, readVersions(in));
  }

  private static NavigableMap<Id, Long> readVersions(Input in) {
    var versions = new TreeMap<Id, Long>();
    for (int left = in.count(); left > 0; left--) {
      versions.put(in.id(), in.number());
    }
    return versions;
  }

  void write(Output out) {
    out.id(line).number(version).flag(posted).number(actors.size());
    actors.forEach(actor -> actor.write(out));
    writeVersions(absorbed, out);
    out.number(seen.size());
    seen.forEach(
        (place, at) -> {
          out.id(place.actor());
          place.address().write(out);
          out.number(at);
        });
    writeVersions(ended, out);
  }

  private static void writeVersions(NavigableMap<Id, Long> versions, Output out) {
    out.number(versions.size());
    versions.forEach((id, version) -> out.id(id).number(version));
  }

  /** Returns 128 bits that tell it from any other configuration; {@link Id#NONE} if it is none. */
  Id stamp() {
    if (isNone()) {
      return Id.NONE;
    }
    var out = new Output();
    write(out);
    try {
      var digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(out.toBytes()));
      return new Id(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
