package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Keys of requests that were counted, so that a repetition is not counted again. The oldest go when
 * there are too many, when they are too long together, or when they are too old; after a start
 * their age begins anew.
 *
 * <p>Threading: under the actor's lock.
 */
final class Keys {
  /** How long a key may be. */
  static final int BYTES_MAX = 256;

  private final int countMax;
  private final long ageMaxNanos;
  private final Clock clock;
  private final Map<String, Used> used = new LinkedHashMap<>();
  private final Set<String> doubtful = new HashSet<>();
  private boolean areAllDoubtful; // there were too many of them
  private long characters; // of all keys together

  /** Keys that are doubtful at once. If there are more, all are. */
  private static final int DOUBTFUL_MAX = 65_536;

  /** The length of all keys together, in characters. */
  static final int CHARACTERS_MAX = 8 * 1024 * 1024;

  private record Used(Id amounts, long atNanos) {}

  Keys(int countMax, long ageMaxMs, Clock clock) {
    this.countMax = countMax;
    this.ageMaxNanos = TimeUnit.MILLISECONDS.toNanos(ageMaxMs);
    this.clock = clock;
  }

  /** Returns what was counted under a key, as {@link #digest} says it. */
  Optional<Id> find(String key) {
    dropOld();
    return Optional.ofNullable(used.get(key)).map(Used::amounts);
  }

  /** Returns the outcome of a request that comes again, or empty if it does not. */
  Optional<AddOutcome> outcome(String key, Map<CounterName, BigInteger> amounts) {
    return find(key)
        .map(
            before ->
                before.equals(digest(amounts))
                    ? new AddOutcome.Counted()
                    : new AddOutcome.KeyReused());
  }

  void add(String key, Id amounts) {
    if (used.putIfAbsent(key, new Used(amounts, clock.nanoTime())) == null) {
      characters += key.length();
    }
    dropOld();
  }

  /** Notes that the disk failed under a key: a start may find that it was counted. */
  void doubt(String key) {
    areAllDoubtful |= doubtful.size() >= DOUBTFUL_MAX;
    if (!areAllDoubtful) {
      doubtful.add(key);
    }
  }

  /** Hears that a file is forced without the requests of which nobody knew whether it has them. */
  void endDoubts() {
    doubtful.clear();
    areAllDoubtful = false;
  }

  /** Returns true if a start may find that something was counted under a key. */
  boolean isDoubtful(String key) {
    return areAllDoubtful || doubtful.contains(key);
  }

  private void dropOld() {
    long now = clock.nanoTime();
    var entries = used.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Used> oldest = entries.next();
      boolean isOld = now - oldest.getValue().atNanos() > ageMaxNanos;
      if (!isOld && used.size() <= countMax && characters <= CHARACTERS_MAX) {
        return;
      }
      characters -= oldest.getKey().length();
      entries.remove();
    }
  }

  void forEach(BiConsumer<String, Id> then) {
    used.forEach((key, use) -> then.accept(key, use.amounts()));
  }

  /** Returns 128 bits that tell these amounts from others. */
  static Id digest(Map<CounterName, BigInteger> amounts) {
    var out = new Output();
    new TreeMap<>(amounts)
        .forEach(
            (name, amount) -> {
              name.write(out);
              out.amount(amount);
            });
    return Id.digest(out.toBytes());
  }
}
