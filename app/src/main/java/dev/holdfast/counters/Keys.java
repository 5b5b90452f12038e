package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Keys of requests that were counted, so that a repetition is not counted again. The oldest go when
 * there are too many, or when they are too old; after a start their age begins anew.
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

  private record Used(Id amounts, long atNanos) {}

  Keys(int countMax, long ageMaxMs, Clock clock) {
    this.countMax = countMax;
    this.ageMaxNanos = ageMaxMs * 1_000_000;
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
    used.putIfAbsent(key, new Used(amounts, clock.nanoTime()));
    dropOld();
  }

  private void dropOld() {
    long now = clock.nanoTime();
    var oldest = used.values().iterator();
    while (oldest.hasNext()) {
      boolean isOld = now - oldest.next().atNanos() > ageMaxNanos;
      if (!isOld && used.size() <= countMax) {
        return;
      }
      oldest.remove();
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
