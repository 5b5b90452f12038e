package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event loops of a kind, which take visits in turn. One that has ended, such as by a lack of
 * memory, is replaced.
 *
 * <p>Threading: any number of threads. The lock is this object: it guards the replacements.
 */
final class Loops {
  private static final Logger log = LoggerFactory.getLogger(Loops.class);

  /** How long a loop may take to start, in ms: nothing runs yet. */
  private static final int START_MS = 30_000;

  /** How long a replacement may take to start, in ms: checks wait for it. */
  private static final int REPLACE_MS = 250;

  /** The pause after a replacement that failed, in ns, so that not each check waits. */
  private static final long REST_NANOS = 1_000_000_000;

  private final String name;
  private final LongSupplier nanos;
  private final Starter starter;
  private final AtomicReferenceArray<Loop> loops; // null in those that are not started yet
  private final AtomicInteger turn = new AtomicInteger();
  private Optional<Long> triedNanos = Optional.empty();
  private boolean isClosed;

  /** Starts a loop. */
  @FunctionalInterface
  interface Starter {
    /**
     * Returns a loop with a name.
     *
     * @param waitMs how long its start may take, in ms
     * @throws IOException if it gets no sockets
     */
    Loop start(String name, int waitMs) throws IOException;

    static Starter of(LongSupplier nanos) {
      return (name, waitMs) -> Loop.start(name, nanos, waitMs);
    }
  }

  private Loops(String name, int count, LongSupplier nanos, Starter starter) {
    this.name = name;
    this.nanos = nanos;
    this.starter = starter;
    this.loops = new AtomicReferenceArray<>(count);
  }

  /**
   * Starts loops. If one of them fails, none is left.
   *
   * @throws IOException if they get no sockets
   */
  static Loops start(String name, int count, LongSupplier nanos) throws IOException {
    return start(name, count, nanos, Starter.of(nanos));
  }

  static Loops start(String name, int count, LongSupplier nanos, Starter starter)
      throws IOException {
    var all = new Loops(name, count, nanos, starter);
    try {
      for (int i = 0; i < count; i++) {
        all.loops.set(i, starter.start(name + i, START_MS));
      }
      return all;
    } catch (IOException | RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  /** Returns the next loop. */
  Loop next() {
    int index = Math.floorMod(turn.getAndIncrement(), loops.length());
    Loop loop = loops.get(index);
    return loop.isAlive() ? loop : replaced(index);
  }

  Stream<Loop> all() {
    return IntStream.range(0, loops.length()).mapToObj(loops::get);
  }

  /** Ends all loops. */
  synchronized void close() throws IOException {
    isClosed = true;
    for (int i = 0; i < loops.length(); i++) {
      if (loops.get(i) != null) {
        loops.get(i).close();
      }
    }
  }

  private synchronized Loop replaced(int index) {
    Loop loop = loops.get(index);
    if (loop.isAlive() || isClosed) {
      return loop;
    }
    long now = nanos.getAsLong();
    if (triedNanos.isPresent() && now - triedNanos.get() < REST_NANOS) {
      return loop;
    }
    triedNanos = Optional.of(now);
    log.error("the event loop {}{} has ended; a new one takes its place", name, index);
    try {
      loops.set(index, starter.start(name + index, REPLACE_MS));
      triedNanos = Optional.empty();
      loop.close();
    } catch (IOException e) {
      // The checks of this loop end as a fault of the agent. A later one tries again.
      log.error("no new event loop", e);
    }
    return loops.get(index);
  }
}
