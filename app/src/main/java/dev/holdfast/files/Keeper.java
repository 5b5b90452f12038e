package dev.holdfast.files;

import dev.holdfast.staging.Kept;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of kept writes when they are surely on the origin's disk, and has those brought to the
 * origin again that it has lost.
 *
 * <p>A confirmed write reaches that disk within a time T, unless the machine of the origin loses
 * its power before. So either of two things proves that it is there:
 *
 * <ul>
 *   <li>A connection that was open before the confirmed request was sent has answered a request
 *       that was sent after T. The origin has not restarted in between.
 *   <li>The origin, asked after T, has the same content. That was written back, or read from the
 *       disk after a restart.
 * </ul>
 *
 * <p>Threading: {@link #sweep} is called by one thread at a time, the rest by any.
 */
final class Keeper {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);

  /** How often the origin is asked something, on any connection, before contents are compared. */
  private static final int PROBES_MAX = 3;

  /** Connections that are remembered. Few are open at once, and old ones prove the most. */
  private static final int CONNECTIONS_MAX = 64;

  /** How long a comparison waits that could not be made now. */
  private static final long AGAIN_MS = 1_000;

  /** How long nothing is compared when the origin cannot be asked. */
  private static final long PAUSE_MS = 10_000;

  /** Asks the origin for the content of a kept write. */
  interface Comparing {
    Comparison compare(Kept kept) throws IOException, InterruptedException;
  }

  /** The outcome of a comparison. */
  sealed interface Comparison {
    /** The origin has what is kept. */
    record Same() implements Comparison {}

    /** It has something else, or says something that makes no sense. */
    record Different() implements Comparison {}

    /** It was not asked: its connections or the turn of the name were taken. */
    record NotAsked() implements Comparison {}

    /** It cannot be reached now, or its machine is in trouble: so it is with all other writes. */
    record Unavailable() implements Comparison {}

    /**
     * It did not answer.
     *
     * @param quietNanos from when on the request cannot act any more
     */
    record NoAnswer(long quietNanos) implements Comparison {}
  }

  private final StagingStore store;
  private final Shelf shelf;
  private final Comparing comparing;
  private final Runnable probe;
  private final Consumer<Pending> settling;
  private final Executor background;
  private final int comparisonsMax;
  private final LongSupplier nanos;
  private final long keptNanos;
  private final boolean alwaysCompare;
  private final FileMeters meters;

  private final PriorityBlockingQueue<Watched> due =
      new PriorityBlockingQueue<>(64, Keeper::compareDue);

  private final Queue<Watched> toCompare = new ConcurrentLinkedQueue<>();
  private final AtomicInteger comparers = new AtomicInteger();
  private final AtomicInteger probes = new AtomicInteger();

  /** When a connection was opened, and when the last request that it has answered was sent. */
  private final Map<Long, Long> connections = new ConcurrentHashMap<>();

  /**
   * A kept write and what is waited for.
   *
   * @param sentNanos when its confirmed request was sent
   * @param dueNanos when T is over
   * @param byComparison true if only a comparison proves it
   * @param probes how often the origin was asked since then
   */
  private record Watched(
      Kept kept, long sentNanos, long dueNanos, boolean byComparison, int probes) {
    Watched probed() {
      return new Watched(kept, sentNanos, dueNanos, byComparison, probes + 1);
    }

    /** To be compared, not before a moment. */
    Watched comparedAfter(long nanos) {
      return new Watched(kept, sentNanos, nanos, true, probes);
    }

    /** To be looked at again, not before a moment. */
    Watched notBefore(long nanos) {
      return new Watched(kept, sentNanos, nanos, byComparison, probes);
    }
  }

  private static int compareDue(Watched one, Watched other) {
    return Long.signum(one.dueNanos() - other.dueNanos());
  }

  /**
   * @param probe has the origin asked something, on any connection; returns when that is over
   * @param settling is given what the origin has lost
   * @param background runs comparisons and probes
   * @param comparisonsMax how many comparisons are made at once, 1 or more
   * @param nanos the clock of all moments here, {@link System#nanoTime()} or a test's
   */
  Keeper(
      StagingStore store,
      Shelf shelf,
      Comparing comparing,
      Runnable probe,
      Consumer<Pending> settling,
      Executor background,
      int comparisonsMax,
      LongSupplier nanos,
      FileMeters meters) {
    this.store = store;
    this.shelf = shelf;
    this.comparing = comparing;
    this.probe = probe;
    this.settling = settling;
    this.background = background;
    this.comparisonsMax = comparisonsMax;
    this.nanos = nanos;
    this.keptNanos = TimeUnit.MILLISECONDS.toNanos(store.kept().keeping().ms());
    this.alwaysCompare = store.kept().keeping().alwaysCompare();
    this.meters = meters;
  }

  /** Takes up what an earlier process kept: no connection of ours is older than its requests. */
  void start() {
    for (Kept kept : store.kept().all()) {
      long now = nanos.getAsLong();
      due.add(new Watched(kept, now, now + keptNanos, true, 0));
    }
  }

  /** Watches a write that the origin has just confirmed, if it is kept. */
  void confirmed(Pending write, Evidence evidence) {
    long now = nanos.getAsLong();
    long from = later(now, evidence.quietNanos());
    store
        .kept()
        .of(write.name())
        .filter(kept -> kept.version() == write.version())
        .ifPresent(
            kept ->
                due.add(
                    new Watched(
                        kept,
                        evidence.sentNanos(),
                        from + keptNanos,
                        alwaysCompare || evidence.doubted(),
                        0)));
  }

  /** A connection that was open at a moment has answered a request that was sent at another. */
  void answered(long openedNanos, long sentNanos) {
    connections.merge(openedNanos, sentNanos, Keeper::later);
    if (connections.size() > CONNECTIONS_MAX) {
      connections.entrySet().stream()
          .min(Map.Entry.comparingByValue(Comparator.comparingLong(sent -> sent - sentNanos)))
          .ifPresent(stalest -> connections.remove(stalest.getKey(), stalest.getValue()));
    }
  }

  /**
   * Looks at all writes whose time is over.
   *
   * @throws IOException if those that are proven cannot be removed; the next sweep tries again
   */
  void sweep() throws IOException {
    long now = nanos.getAsLong();
    var proven = new ArrayList<Watched>();
    var unproven = new ArrayList<Watched>();
    for (Watched next = due.peek(); next != null && next.dueNanos() - now <= 0; next = due.peek()) {
      Watched over = due.poll();
      if (isKept(over)) {
        (isProven(over) ? proven : unproven).add(over);
      }
    }
    try {
      leave(proven, "connection");
    } catch (IOException | RuntimeException e) {
      due.addAll(proven);
      due.addAll(unproven);
      throw e;
    }
    boolean probing = false;
    for (Watched write : unproven) {
      if (write.byComparison() || write.probes() == PROBES_MAX) {
        toCompare.add(write);
      } else {
        due.add(write.probed());
        probing = true;
      }
    }
    if (probing && probes.compareAndSet(0, 1)) {
      execute(this::probe);
    }
    startComparing();
  }

  private boolean isProven(Watched write) {
    return !write.byComparison()
        && connections.entrySet().stream()
            .anyMatch(
                connection ->
                    connection.getKey() - write.sentNanos() <= 0
                        && connection.getValue() - write.dueNanos() > 0);
  }

  private boolean isKept(Watched write) {
    return store
        .kept()
        .of(write.kept().name())
        .filter(now -> now.equals(write.kept())) // and not one that was delivered again since
        .isPresent();
  }

  private void probe() {
    try {
      probe.run();
    } finally {
      probes.set(0);
    }
  }

  private void startComparing() {
    for (int i = 0; i < comparisonsMax && !toCompare.isEmpty(); i++) {
      if (comparers.incrementAndGet() > comparisonsMax) {
        comparers.decrementAndGet();
        return;
      }
      execute(this::compareAll);
    }
  }

  private void compareAll() {
    try {
      for (Watched next = toCompare.poll(); next != null; next = toCompare.poll()) {
        if (isKept(next)) {
          compare(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      comparers.decrementAndGet();
    }
  }

  private void compare(Watched write) throws InterruptedException {
    long soonNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MS);
    try {
      switch (comparing.compare(write.kept())) {
        case Comparison.Same _ -> leave(List.of(write), "comparison");
        case Comparison.Different _ -> again(write);
        case Comparison.NotAsked _ -> due.add(write.comparedAfter(soonNanos));
        case Comparison.Unavailable _ -> pause(write);
        case Comparison.NoAnswer(long quietNanos) ->
            due.add(write.comparedAfter(later(nanos.getAsLong(), quietNanos) + keptNanos));
      }
    } catch (IOException | RuntimeException | Error e) { // an Error too: it would be forgotten
      log.warn("{} cannot be compared; trying again", write.kept().name(), e);
      due.add(write.comparedAfter(soonNanos));
    }
  }

  /** Compares none of the others either for a while, which all would find the same. */
  private void pause(Watched write) {
    long laterNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MS);
    due.add(write.comparedAfter(laterNanos));
    for (Watched next = toCompare.poll(); next != null; next = toCompare.poll()) {
      due.add(next.comparedAfter(laterNanos));
    }
  }

  private void again(Watched write) throws IOException {
    Optional<Pending> lost = shelf.again(write.kept());
    if (lost.isPresent()) {
      log.warn("the file server has lost {}; it is brought there again", write.kept().name());
      meters.redelivered().increment();
      settling.accept(lost.get());
    } else {
      // A newer write may take its place, or be taken back: then this one is compared again.
      due.add(write.comparedAfter(nanos.getAsLong() + keptNanos));
    }
  }

  private void leave(List<Watched> writes, String reason) throws IOException {
    if (writes.isEmpty()) {
      return;
    }
    List<Kept> failed = store.kept().leave(writes.stream().map(Watched::kept).toList());
    store.kept().countLeft(reason, writes.size() - failed.size());
    long soonNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MS);
    for (Watched write : writes) {
      if (failed.contains(write.kept())) {
        due.add(write.notBefore(soonNanos));
      }
    }
    store.keepBudget();
  }

  private void execute(Runnable task) {
    try {
      background.execute(task);
    } catch (RejectedExecutionException stopped) {
      log.debug("the service stops; what is kept stays kept", stopped);
    }
  }

  private static long later(long oneNanos, long otherNanos) {
    return oneNanos - otherNanos > 0 ? oneNanos : otherNanos;
  }
}
