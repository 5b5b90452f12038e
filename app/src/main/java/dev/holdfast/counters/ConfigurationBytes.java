package dev.holdfast.counters;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The form of a {@link Configuration} in records and messages. */
final class ConfigurationBytes {
  private static final int POSTED = 1;

  /** Its {@code cleared} follows, which is above 0. */
  private static final int CLEARED = 2;

  private ConfigurationBytes() {}

  static Configuration read(Input in) {
    Id line = in.id();
    long version = in.number();
    int flags = in.octet();
    if (flags > (POSTED | CLEARED)) {
      throw new MalformedException("the flags of a configuration are " + flags);
    }
    long cleared = (flags & CLEARED) == 0 ? 0 : in.number();
    var actors = new TreeSet<Address>();
    for (int left = in.count(); left > 0; left--) {
      actors.add(Address.read(in));
    }
    var absorbed = readVersions(in);
    var seen = new TreeMap<Configuration.Seen, Long>();
    for (int left = in.count(); left > 0; left--) {
      seen.put(new Configuration.Seen(in.id(), Address.read(in)), in.number());
    }
    boolean posted = (flags & POSTED) != 0;
    return new Configuration(
        line, version, posted, actors, absorbed, seen, readVersions(in), cleared);
  }

  private static NavigableMap<Id, Long> readVersions(Input in) {
    var versions = new TreeMap<Id, Long>();
    for (int left = in.count(); left > 0; left--) {
      versions.put(in.id(), in.number());
    }
    return versions;
  }

  static void write(Configuration from, Output out) {
    boolean isCleared = from.cleared() > 0;
    out.id(from.line()).number(from.version());
    out.octet((from.posted() ? POSTED : 0) | (isCleared ? CLEARED : 0));
    if (isCleared) {
      out.number(from.cleared());
    }
    out.number(from.actors().size());
    from.actors().forEach(actor -> actor.write(out));
    writeVersions(from.absorbed(), out);
    out.number(from.seen().size());
    from.seen()
        .forEach(
            (place, at) -> {
              out.id(place.actor());
              place.address().write(out);
              out.number(at);
            });
    writeVersions(from.ended(), out);
  }

  private static void writeVersions(NavigableMap<Id, Long> versions, Output out) {
    out.number(versions.size());
    versions.forEach((id, version) -> out.id(id).number(version));
  }
}
