package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.CounterHistory;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Clients that count in one counter and read it, at all actors, until it is ended. What they saw
 * goes into a history.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Traffic implements AutoCloseable {
  /** So many increments of 16^k are still within the length of an amount. */
  private static final int ADDS_MAX = 3_000;

  private static final int CLIENTS_PER_ACTOR = 2;

  /** The outcome of an increment, as its client sees it. */
  enum Outcome {
    COUNTED,
    REFUSED,
    UNKNOWN
  }

  private final Cluster cluster;
  private final String name;
  private final CounterHistory history = new CounterHistory(true);
  private final Map<Integer, AtomicInteger> added = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> clients = new ArrayList<>();
  private final AtomicInteger adds = new AtomicInteger();
  private volatile boolean isEnded;

  Traffic(Cluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
  }

  /** Starts the clients of all actors. */
  Traffic start(long seed) {
    return start(seed, cluster.all());
  }

  /** Starts the clients of some actors. */
  Traffic start(long seed, List<Integer> ids) {
    for (int id : ids) {
      for (int i = 0; i < CLIENTS_PER_ACTOR; i++) {
        var random = new Random(seed + id * 31L + i);
        clients.add(
            threads.submit(
                () -> {
                  while (!isEnded && adds.get() < ADDS_MAX) {
                    act(id, random);
                  }
                  return null;
                }));
      }
    }
    return this;
  }

  private void act(int id, Random random) throws Exception {
    if (random.nextBoolean()) {
      if (add(id) != Outcome.COUNTED) {
        awaitUp(id);
      }
    } else if (random.nextBoolean()) {
      read(id);
    } else {
      know(id);
    }
  }

  /** An actor that is being started refuses far more than a history may have. */
  private void awaitUp(int id) throws Exception {
    Await.until("actor " + id + " is up", () -> isEnded || cluster.actor(id).isUp());
  }

  /** Waits until so many further increments of each of these actors were acknowledged. */
  void awaitMore(List<Integer> ids, int more) throws Exception {
    var goals = ids.stream().collect(Collectors.toMap(id -> id, id -> addedAt(id) + more));
    Await.until(
        "increments at " + ids,
        () -> {
          rethrow();
          return adds.get() >= ADDS_MAX
              || ids.stream().allMatch(id -> addedAt(id) >= goals.get(id));
        });
  }

  private void rethrow() throws Exception {
    for (Future<?> client : clients) {
      if (client.isDone()) {
        client.get();
      }
    }
  }

  private int addedAt(int id) {
    return added.computeIfAbsent(id, _ -> new AtomicInteger()).get();
  }

  /** Counts once. */
  Outcome add(int at) throws IOException {
    adds.incrementAndGet();
    CounterHistory.Op op = history.beginAdd(cluster.address(at));
    try {
      RawResponse answer =
          cluster.actor(at).post("/counter/" + name, CounterHistory.amount(op).toString());
      return outcome(op, at, answer);
    } catch (ConnectException nobodyThere) {
      history.refused(op);
      return Outcome.REFUSED;
    } catch (IOException brokenOff) { // the actor was killed
      return Outcome.UNKNOWN;
    }
  }

  private Outcome outcome(CounterHistory.Op op, int at, RawResponse answer) {
    return switch (answer.status()) {
      case 200 -> {
        history.acknowledged(op);
        added.computeIfAbsent(at, _ -> new AtomicInteger()).incrementAndGet();
        yield Outcome.COUNTED;
      }
      case 503 -> {
        history.refused(op);
        yield Outcome.REFUSED;
      }
      case 500 -> Outcome.UNKNOWN;
      default -> throw new AssertionError(answer + " " + answer.text());
    };
  }

  /** Reads once. */
  void read(int at) throws IOException {
    CounterHistory.Op op = history.beginRead(cluster.address(at));
    try {
      RawResponse answer = cluster.actor(at).get("/counter/" + name + "/consistent_value");
      if (answer.status() == 200) {
        history.read(op, new BigInteger(answer.text()), Cluster.unconfirmed(answer));
      } else {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
      }
    } catch (IOException killed) {
      // It says nothing.
    }
  }

  /** Asks once what an actor knows. */
  void know(int at) {
    CounterHistory.Op op = history.beginRead(cluster.address(at));
    try {
      RawResponse answer = cluster.actor(at).get("/counter/" + name + "/value");
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      history.knew(op, new BigInteger(answer.text()));
    } catch (IOException killed) {
      // It says nothing.
    }
  }

  /** Ends the clients, reads at every actor, and checks all that was seen. */
  void endAndCheck() throws Exception {
    endAndCheck(cluster.all());
  }

  /** Ends the clients, reads at some actors, and checks all that was seen. */
  void endAndCheck(List<Integer> ids) throws Exception {
    end();
    List<Integer> alive = ids.stream().filter(id -> cluster.process(id).isAlive()).toList();
    cluster.awaitReadable(alive);
    for (int id : alive) {
      read(id);
    }
    assertThat(history.check()).isEmpty();
    assertThat(history.acknowledgedCount()).isPositive();
    assertThat(history.readCount()).isPositive();
  }

  CounterHistory history() {
    return history;
  }

  /** Waits for the clients, which begin nothing more. */
  void end() throws Exception {
    isEnded = true;
    for (Future<?> client : clients) {
      client.get();
    }
    clients.clear();
  }

  @Override
  public void close() {
    isEnded = true;
    threads.shutdownNow();
  }
}
