package dev.holdfast.testkit;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.holdfast.testkit.HostileClient.Shared;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Many clients that PUT, GET and DELETE few names at once, and record the answers.
 *
 * <pre>{@code
 * TrafficReport report = HostileTraffic.against(base).untilAnswered(300, 550, 150).run();
 * assertThat(report.violations()).isEmpty();
 * }</pre>
 *
 * <p>Every written body is unique in its history. Most bodies carry their identity. A body too
 * short for one, such as the empty body, is a function of name and length, and is written at most
 * once in a run. So the names have to be absent when a run starts, and no two runs may share a
 * name.
 *
 * <p>Answers count like this:
 *
 * <ul>
 *   <li>A write with a 2xx took effect.
 *   <li>A write with a 4xx, or without a connection, did not.
 *   <li>Any other write has an unknown outcome.
 *   <li>A read with a 200 or 404 counts. Any other read is only tallied.
 * </ul>
 */
public final class HostileTraffic {
  private static final Duration DISTURBANCE_END_TIMEOUT = Patience.STEP;

  private final URI base;
  private int clients = 64;
  private List<String> names = IntStream.range(0, 20).mapToObj(i -> "hostile-" + i).toList();
  private Duration duration = Duration.ZERO;
  private Goals goals = new Goals(0, 0, 0);
  private BooleanSupplier goOnUntil = () -> true;
  private Duration requestTimeout = Patience.STEP;
  private Weights weights = new Weights(30, 55, 15);
  private long seed = new Random().nextLong();
  private Optional<Lengths> lengths = Optional.empty();
  private boolean oddSpellings = true;
  private boolean evenly;
  private Duration disturbanceInterval = Duration.ZERO;
  private Runnable disturbance = () -> {};

  /** The relative frequencies of the methods. */
  record Weights(int put, int get, int delete) {
    int sum() {
      return put + get + delete;
    }
  }

  /** The numbers of requests of each method that have to be answered. */
  private record Goals(long puts, long gets, long deletes) {
    boolean areReached(Tally tally) {
      return tally.answered("PUT") >= puts
          && tally.answered("GET") >= gets
          && tally.answered("DELETE") >= deletes;
    }
  }

  /** The shortest and the longest body, in bytes. */
  record Lengths(int least, int most) {}

  private HostileTraffic(URI base) {
    this.base = base;
  }

  /**
   * Returns traffic against a server.
   *
   * @param base the URI to which the names are appended, percent-encoded; it ends with a slash
   */
  public static HostileTraffic against(URI base) {
    if (!base.getRawPath().endsWith("/")) {
      throw new IllegalArgumentException("has to end with a slash: " + base);
    }
    return new HostileTraffic(base);
  }

  /**
   * Sets the number of clients, at most 65535, each with one request at a time. The default is 64.
   */
  public HostileTraffic clients(int count) {
    clients = count;
    return this;
  }

  /**
   * Sets the names, decoded, all different and absent. The default is 20 plain ones. The first
   * names are used the most, unless {@link #evenly} is set.
   */
  public HostileTraffic names(List<String> all) {
    if (new HashSet<>(all).size() != all.size()) {
      throw new IllegalArgumentException("a name comes twice: " + all);
    }
    names = List.copyOf(all);
    return this;
  }

  /**
   * Sets how many requests of each method have to be answered, with a status below 500, before
   * clients stop. So a run says as much on a slow machine as on a fast one.
   */
  public HostileTraffic untilAnswered(long puts, long gets, long deletes) {
    goals = new Goals(puts, gets, deletes);
    return this;
  }

  /**
   * Sets a further condition that has to hold before clients stop. All clients ask for it often.
   */
  public HostileTraffic until(BooleanSupplier condition) {
    goOnUntil = condition;
    return this;
  }

  /** Sets the least time for which clients start new requests. */
  public HostileTraffic lasting(Duration time) {
    duration = time;
    return this;
  }

  /**
   * Sets how long a request may take with all its steps before it is given up. The default is
   * minutes.
   */
  public HostileTraffic requestTimeout(Duration time) {
    requestTimeout = time;
    return this;
  }

  /** Sets the relative frequencies of the methods. The default is 30, 55 and 15. */
  public HostileTraffic weights(int put, int get, int delete) {
    weights = new Weights(put, get, delete);
    return this;
  }

  /**
   * Sets the lengths of bodies, in bytes. Short ones come more often: as many between 1 and 10 KB
   * as between 10 and 100. By default most have some KB, and some have 1 MB, one byte or none.
   */
  public HostileTraffic bodyBytes(int least, int most) {
    lengths = Optional.of(new Lengths(least, most));
    return this;
  }

  /** Sets the seed of everything random. The default is a new one. */
  public HostileTraffic seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Sets if names are now and then spelt in another way ({@code %41} for A). The default is true.
   */
  public HostileTraffic oddSpellings(boolean wanted) {
    oddSpellings = wanted;
    return this;
  }

  /**
   * Uses all names equally often. If the writes of a name wait for each other, a busy name would
   * gather all clients in its queue and leave the other names alone.
   */
  public HostileTraffic evenly() {
    evenly = true;
    return this;
  }

  /**
   * Adds a disturbance while the traffic runs, such as killing a process. It happens after one
   * interval, and again one interval after it was through. {@link #run} throws its exceptions.
   */
  public HostileTraffic every(Duration interval, Runnable what) {
    disturbanceInterval = interval;
    disturbance = what;
    return this;
  }

  /**
   * Sends the traffic. Waits until every request is answered or given up, and a disturbance under
   * way is through. Then reads each name once more, so that the last writes are checked, too.
   *
   * @throws AssertionError if the goals were not reached within {@link Patience#RUN}
   */
  public TrafficReport run() throws InterruptedException {
    System.out.println("hostile traffic on " + base + ", seed " + seed);
    LongSupplier clockNs = History.clockFromNow();
    List<History> histories = names.stream().map(name -> new History(name, clockNs)).toList();
    Tally tally = new Tally();
    try (ScheduledExecutorService timer = timer()) {
      Shared shared =
          new Shared(
              base,
              requestTimeout,
              weights,
              lengths,
              oddSpellings,
              evenly,
              histories,
              ConcurrentHashMap.newKeySet(),
              tally,
              timer);
      SplittableRandom random = new SplittableRandom(seed);
      runDisturbed(shared, random);
      readAll(shared, random.split());
    }
    TrafficReport report = new TrafficReport(seed, tally.counts(), tally.longest(), histories);
    System.out.println(report);
    return report;
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private void runDisturbed(Shared shared, SplittableRandom random) throws InterruptedException {
    ScheduledThreadPoolExecutor disturber = new ScheduledThreadPoolExecutor(1);
    disturber.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    ScheduledFuture<?> disturbing = null;
    try {
      if (disturbanceInterval.isPositive()) {
        long intervalMs = disturbanceInterval.toMillis();
        disturbing =
            disturber.scheduleWithFixedDelay(disturbance, intervalMs, intervalMs, MILLISECONDS);
      }
      runClients(shared, random);
    } finally {
      disturber.shutdown();
    }
    if (!disturber.awaitTermination(DISTURBANCE_END_TIMEOUT.toMillis(), MILLISECONDS)) {
      disturber.shutdownNow();
      throw new IllegalStateException("the disturbance did not end");
    }
    if (disturbing != null && !disturbing.isCancelled()) {
      await(disturbing);
    }
  }

  private void runClients(Shared shared, SplittableRandom random) throws InterruptedException {
    long startNs = System.nanoTime();
    BooleanSupplier over =
        () -> {
          long passedNs = System.nanoTime() - startNs;
          return passedNs > Patience.RUN.toNanos()
              || (passedNs >= duration.toNanos()
                  && goals.areReached(shared.tally())
                  && goOnUntil.getAsBoolean());
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        HostileClient one = new HostileClient(client, shared, random.split());
        running.add(
            threads.submit(
                () -> {
                  try (one) {
                    one.runUntil(over);
                  }
                }));
      }
      for (Future<?> client : running) {
        await(client);
      }
    }
    if (System.nanoTime() - startNs > Patience.RUN.toNanos()) {
      throw new AssertionError(
          "not over after %s: %s, of %s".formatted(Patience.RUN, shared.tally().counts(), goals));
    }
  }

  /**
   * Reads all names at once, each by a client of its own, since the reads do not depend on each
   * other.
   */
  private void readAll(Shared shared, SplittableRandom random) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (History history : shared.histories()) {
        HostileClient reader = new HostileClient(clients + running.size(), shared, random.split());
        running.add(
            threads.submit(
                () -> {
                  try (reader) {
                    reader.get(history);
                  }
                }));
      }
      for (Future<?> read : running) {
        await(read);
      }
    }
  }

  private static void await(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the run itself failed, not the server", e.getCause());
    }
  }
}
