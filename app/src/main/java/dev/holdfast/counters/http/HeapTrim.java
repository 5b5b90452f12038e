package dev.holdfast.counters.http;

import dev.holdfast.counters.Clock;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Has the heap collected whenever its old generation has grown by a quarter, or by {@link
 * #GROWTH_BYTES_MIN} if that is more, and grows no more for now. Else the serial collector lets
 * that generation grow to its bound before it looks for garbage there, so that an actor would keep
 * the memory of its busiest moment for ever.
 *
 * <p>A collection stops the process for some ms. It is rare: an increment leaves nothing in the old
 * generation, and a burst of news from others does. Many actors get such a burst at once, such as
 * after a cut, and the collections of all would make it longer: so each waits for its end, or until
 * {@link #GROWTH_BYTES_MAX} have come.
 *
 * <p>Threading: on the thread of the clock.
 */
final class HeapTrim {
  /** Growth that is left alone, in bytes. */
  static final long GROWTH_BYTES_MIN = 6 * 1024 * 1024;

  /** Growth that is collected in a burst, too, in bytes. */
  static final long GROWTH_BYTES_MAX = 16 * 1024 * 1024;

  /** Growth from one look to the next that is no burst, in bytes. */
  static final long STILL_BYTES_MAX = 1024 * 1024;

  /** From one look to the next, and so from one collection to the next at least. */
  static final long LOOK_MS = 1_000;

  /** The old generation of the serial collector. Other collectors have their own ways. */
  private static final String OLD_GENERATION = "Tenured Gen";

  private final Clock clock;
  private final LongSupplier usedBytes;
  private final Runnable collect;
  private long keptBytes; // by the last collection
  private long lastBytes; // at the last look

  /**
   * @param usedBytes says how much of the old generation is in use, garbage included
   * @param collect collects it
   */
  HeapTrim(Clock clock, LongSupplier usedBytes, Runnable collect) {
    this.clock = clock;
    this.usedBytes = usedBytes;
    this.collect = collect;
  }

  /** Starts looking at the heap of this process, if its collector is the serial one. */
  static void start(Clock clock) {
    Optional<MemoryPoolMXBean> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals(OLD_GENERATION))
            .findFirst();
    old.ifPresent(
        pool -> new HeapTrim(clock, () -> pool.getUsage().getUsed(), System::gc).lookLater());
  }

  /** Looks once, and goes on. */
  void lookLater() {
    clock.after(
        LOOK_MS,
        () -> {
          look();
          lookLater();
        });
  }

  private void look() {
    long used = usedBytes.getAsLong();
    long grown = used - keptBytes;
    boolean isStill = used - lastBytes <= STILL_BYTES_MAX || grown > GROWTH_BYTES_MAX;
    if (isStill && grown > Math.max(GROWTH_BYTES_MIN, keptBytes / 4)) {
      collect.run();
      used = usedBytes.getAsLong();
      keptBytes = used;
    }
    if (used < lastBytes) { // the JVM collects by itself, too
      keptBytes = used;
    }
    lastBytes = used;
  }
}
