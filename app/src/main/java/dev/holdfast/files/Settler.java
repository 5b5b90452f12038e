package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Failure;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.Turn;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles pending writes: the oldest first, a few at a time, each until the origin has confirmed
 * it. A name is in its hands at most once, however often it is written meanwhile.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Settler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Settler.class);

  /** How long a worker waits for the turn of a name before it takes another name. */
  private static final long TURN_WAIT_MS = 1_000;

  /** How long a worker waits for a place at the origin. */
  private static final long PLACE_WAIT_MS = 60_000;

  /** After so many failed attempts a write counts as refused, and is worth a warning. */
  private static final int REFUSED_FROM = 3;

  /** From then on, one in so many attempts is worth another. */
  private static final int WARN_EVERY = 20;

  /** The kind of a failure that is ours. */
  private static final String LOCAL = "local";

  private final Origin origin;
  private final StagingStore store;
  private final Shelf shelf;
  private final Delivery delivery;
  private final Keeper keeper;
  private final FilesConfig config;
  private final RandomGenerator random;

  private final FileMeters meters;
  private final PriorityBlockingQueue<Due> due =
      new PriorityBlockingQueue<>(
          64, Comparator.comparingLong(Due::sinceMs).thenComparingLong(Due::version));
  private final Map<StoredName, Task> tasks = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor later;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("settler-", 0).factory());
  private final OriginPause pause;
  private volatile boolean stopped;

  /**
   * A name whose pending write is to be brought to the origin now. The version tells apart what
   * came in one millisecond.
   */
  private record Due(StoredName name, long sinceMs, long version) {}

  /** The attempts at one name. Threading: in one pair of hands at a time. */
  private static final class Task {
    final Backoff backoff;
    volatile int failures;
    volatile String lastFailure = "";

    /**
     * The version of a settled write whose end failed here, and is repeated; 0 if there is none.
     */
    volatile long counted;

    Task(Backoff backoff) {
      this.backoff = backoff;
    }
  }

  Settler(
      Origin origin,
      StagingStore store,
      Shelf shelf,
      Delivery delivery,
      Keeper keeper,
      FilesConfig config,
      RandomGenerator random,
      FileMeters meters) {
    this.origin = origin;
    this.store = store;
    this.shelf = shelf;
    this.delivery = delivery;
    this.keeper = keeper;
    this.config = config;
    this.random = random;
    this.meters = meters;
    this.later =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("settler-timer").daemon().factory());
    this.pause = new OriginPause(config.retryFirstMs(), config.retryMaxMs(), random);
    meters.refusedCount(this::refusedCount);
    meters.settleFailures(LOCAL);
    Failure.KINDS.forEach(meters::settleFailures);
  }

  /** Starts so many workers. */
  void start(int count) {
    for (int i = 0; i < count; i++) {
      workers.execute(this::work);
    }
  }

  /** Takes a pending write into its hands, unless it has that name already. */
  void add(Pending write) {
    var task = new Task(new Backoff(config.retryFirstMs(), config.retryMaxMs(), random));
    if (tasks.putIfAbsent(write.name(), task) == null) {
      due.add(new Due(write.name(), write.sinceMs(), write.version()));
    }
  }

  /** Writes that the origin has refused several times, by stored name, with its last answer. */
  Map<StoredName, String> refused(int most) {
    var refused = new TreeMap<StoredName, String>();
    for (Map.Entry<StoredName, Task> task : tasks.entrySet()) {
      if (refused.size() < most && task.getValue().failures >= REFUSED_FROM) {
        refused.put(task.getKey(), task.getValue().lastFailure);
      }
    }
    return refused;
  }

  /** How many writes the origin has refused several times. */
  long refusedCount() {
    return tasks.values().stream().filter(task -> task.failures >= REFUSED_FROM).count();
  }

  /** The threads that settle; after {@link #close} they end. */
  ExecutorService workers() {
    return workers;
  }

  /** Stops taking up writes; what is being sent is not waited for. */
  @Override
  public void close() {
    stopped = true;
    later.shutdownNow();
    due.add(new Due(StoredName.NOBODYS, Long.MIN_VALUE, 0));
  }

  private void work() {
    while (!stopped) {
      try {
        pause.await();
        Due next = due.take();
        if (stopped) {
          due.add(next); // for the next worker, which must wake up too
          return;
        }
        settle(next);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void settle(Due next) throws InterruptedException {
    Task task = tasks.get(next.name());
    try {
      switch (attempt(next.name(), task)) {
        case DONE -> leave(next.name());
        case AGAIN -> due.add(next); // it keeps its place before the younger ones
        case LATER -> retry(next, task);
      }
    } catch (IOException | RuntimeException | Error e) {
      // An Error too: a worker that ends would leave the name in nobody's hands.
      if (!stopped) {
        log.debug("cannot settle {}", next.name(), e);
        meters.settleFailures(LOCAL).increment();
        count(next.name(), task, "it failed here: " + e);
        retry(next, task);
      }
    }
  }

  /** The next step with a name after an attempt. */
  private enum Next {
    DONE,
    /** To be tried again when the origin takes writes again. */
    AGAIN,
    /** To be tried again after a wait of its own. */
    LATER
  }

  private Next attempt(StoredName name, Task task) throws IOException, InterruptedException {
    Optional<Turn> turn = origin.turn(name, Deadline.inMs(TURN_WAIT_MS));
    if (turn.isEmpty()) {
      return Next.LATER;
    }
    try (Turn held = turn.get()) {
      Optional<Pending> pending = store.pending(name);
      if (pending.isEmpty()) {
        return Next.DONE;
      }
      Pending write = pending.get();
      if (store.isOver(write)) {
        forget(write, task);
        return Next.DONE;
      }
      DeliveryOutcome outcome =
          delivery.deliver(held, write, new Progress(), Deadline.inMs(PLACE_WAIT_MS));
      if (outcome.equals(new DeliveryOutcome.Failed(Delivery.REPLACED))) {
        return Next.DONE; // nothing failed, and no wait is due: the newer one is taken up at once
      }
      return switch (outcome) {
        case DeliveryOutcome.Confirmed(Evidence evidence) -> {
          pause.end();
          task.failures = 0; // before those look who wait until it has settled
          forget(write, task);
          keeper.confirmed(write, evidence);
          yield Next.DONE;
        }
        case DeliveryOutcome.Failed(Failure failure) -> failed(name, task, failure);
      };
    }
  }

  /** One that is not shown was taken back. */
  private void forget(Pending write, Task task) throws IOException {
    boolean takenBack = store.isOver(write) && !write.visible();
    if (!takenBack && task.counted != write.version()) {
      task.counted = write.version(); // for once, though the rest may have to be repeated
      meters.settled().increment(); // before those look who wait for it
    }
    shelf.settled(write);
  }

  private Next failed(StoredName name, Task task, Failure failure) {
    meters.settleFailures(failure.kind()).increment();
    if (!(failure instanceof Failure.NotSent)) {
      count(name, task, failure.detail());
    }
    if (failure.mayHaveActed()) {
      return Next.LATER;
    }
    pause.begin(); // the origin takes nothing now: that is not about this name
    return Next.AGAIN;
  }

  private void count(StoredName name, Task task, String detail) {
    int failures = task.failures + 1;
    task.lastFailure = detail;
    task.failures = failures;
    if (failures % WARN_EVERY == REFUSED_FROM) {
      log.warn("{} is not settled after {} attempts; it is kept: {}", name, failures, detail);
    }
  }

  private void retry(Due next, Task task) {
    if (stopped) {
      return;
    }
    ScheduledFuture<?> _ =
        later.schedule(() -> due.add(next), task.backoff.nextMs(), TimeUnit.MILLISECONDS);
  }

  /** A write that came in meanwhile found the name in our hands: it is taken up now. */
  private void leave(StoredName name) {
    tasks.remove(name);
    store.pending(name).ifPresent(this::add);
  }
}
