package dev.holdfast.testkit;

import dev.holdfast.testkit.HostileConnection.Answer;
import dev.holdfast.testkit.HostileConnection.Answered;
import dev.holdfast.testkit.HostileConnection.Lost;
import dev.holdfast.testkit.HostileConnection.NeverSent;
import dev.holdfast.testkit.HostileConnection.TimedOut;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * One client of {@link HostileTraffic}: it picks a name and a method, sends a request, records the
 * answer, and repeats.
 *
 * <p>Threading: for one thread.
 */
final class HostileClient implements AutoCloseable {
  private static final int SMALL_BYTES_MAX = 512;
  private static final int MEDIUM_BYTES_MAX = 64 * 1024;
  private static final int LARGE_BYTES = 1024 * 1024;
  private static final long PAUSE_WHEN_DOWN_NS = 20_000_000;

  private final int client;
  private final Shared shared;
  private final RandomGenerator random;
  private final HostileConnection connection;
  private int seq;

  /**
   * The common state of a run's clients.
   *
   * @param tinyWritten the bodies too short for an identity that were written, each once at most
   */
  record Shared(
      URI base,
      Duration requestTimeout,
      HostileTraffic.Weights weights,
      Optional<HostileTraffic.Lengths> lengths,
      boolean oddSpellings,
      boolean evenly,
      List<History> histories,
      Set<Bodies.Id> tinyWritten,
      Tally tally,
      ScheduledExecutorService timer) {}

  HostileClient(int client, Shared shared, RandomGenerator random) {
    this.client = client;
    this.shared = shared;
    this.random = random;
    connection = new HostileConnection(shared.base, shared.requestTimeout, shared.timer);
  }

  /** Sends requests until this returns true. */
  void runUntil(BooleanSupplier over) {
    while (!over.getAsBoolean()) {
      History history = shared.histories.get(nextName());
      if (random.nextInt(20) == 0) {
        connection.close();
      }
      step(history);
    }
  }

  /**
   * Returns a name. Some names are busy and some are quiet. Calls on a busy name overlap so much
   * that nearly any answer is right. A lasting error shows on a quiet name.
   */
  private int nextName() {
    double share = random.nextDouble();
    return (int) ((shared.evenly ? share : share * share) * shared.histories.size());
  }

  private void step(History history) {
    HostileTraffic.Weights weights = shared.weights;
    int choice = random.nextInt(weights.sum());
    if (choice < weights.put()) {
      put(history);
    } else if (choice < weights.put() + weights.get()) {
      get(history);
    } else {
      delete(history);
    }
  }

  private void put(History history) {
    Bodies.Id id = nextBody(history.name());
    byte[] body = Bodies.make(id);
    boolean chunked = random.nextInt(4) == 0;
    History.Write write = history.put(client, id.text());
    end(write, exchange("PUT", http -> sendPut(http, target(history.name()), body, chunked)));
  }

  private void delete(History history) {
    History.Write write = history.delete(client);
    end(write, exchange("DELETE", http -> http.request("DELETE", target(history.name()))));
  }

  void get(History history) {
    History.Read read = history.get(client);
    Answer answer = exchange("GET", http -> http.request("GET", target(history.name())));
    if (!(answer instanceof Answered(RawResponse response))) {
      return;
    }
    if (response.status() == 404) {
      read.gotAbsent();
    } else if (response.status() == 200) {
      switch (Bodies.identify(history.name(), response.body())) {
        case Bodies.Id id -> read.got(id.text());
        case Bodies.Corrupt(String reason) -> read.gotCorrupt(reason);
      }
    }
  }

  /** Ends a write by its answer. A write of unknown outcome is not ended. */
  private static void end(History.Write write, Answer answer) {
    switch (answer) {
      case Answered(RawResponse response) -> {
        int status = response.status();
        if (status < 300) {
          write.done();
        } else if (status >= 400 && status < 500 && status != 408) {
          // The server blames the client, so it has done nothing. A 408 may come too late for that.
          write.refused();
        }
      }
      case NeverSent _ -> write.refused();
      case Lost _, TimedOut _ -> {}
    }
  }

  private Answer exchange(String method, HostileConnection.Sender sender) {
    long startNs = System.nanoTime();
    Answer answer = connection.exchange(sender);
    shared.tally.add(method, answer, System.nanoTime() - startNs);
    if (answer instanceof NeverSent) {
      // Keeps all clients from spinning while the server is down.
      LockSupport.parkNanos(PAUSE_WHEN_DOWN_NS);
    }
    return answer;
  }

  private void sendPut(RawHttp http, String target, byte[] body, boolean chunked)
      throws IOException {
    if (!chunked) {
      http.request("PUT", target, "Content-Length: " + body.length).bytes(body);
      return;
    }
    http.request("PUT", target, "Transfer-Encoding: chunked");
    for (int sent = 0; sent < body.length; ) {
      int size = 1 + random.nextInt(body.length - sent);
      http.chunk(Arrays.copyOfRange(body, sent, sent + size));
      sent += size;
    }
    http.lastChunk();
  }

  private String target(String name) {
    String spelling =
        shared.oddSpellings && random.nextInt(3) == 0
            ? PercentEncoding.encodeOddly(name, random)
            : PercentEncoding.encode(name);
    return shared.base.getRawPath() + spelling;
  }

  /** Returns a body that was never returned before. */
  Bodies.Id nextBody(String name) {
    return shared
        .lengths
        .map(lengths -> Bodies.id(name, client, seq++, between(lengths)))
        .orElseGet(() -> nextOddBody(name));
  }

  private int between(HostileTraffic.Lengths lengths) {
    double growth = (double) lengths.most() / lengths.least();
    return (int) (lengths.least() * Math.pow(growth, random.nextDouble()));
  }

  private Bodies.Id nextOddBody(String name) {
    int min = Bodies.lengthMin(name);
    int choice = random.nextInt(100);
    if (choice < 6) {
      Bodies.Id tiny = Bodies.tiny(name, choice < 2 ? choice : random.nextInt(min));
      if (shared.tinyWritten.add(tiny)) {
        return tiny;
      }
    }
    int length;
    if (choice == 99) {
      length = LARGE_BYTES;
    } else {
      length = min + random.nextInt(choice < 50 ? SMALL_BYTES_MAX : MEDIUM_BYTES_MAX - min);
    }
    return Bodies.id(name, client, seq++, length);
  }

  @Override
  public void close() {
    connection.close();
  }
}
