package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.ddata.DistributedData;
import org.apache.pekko.cluster.ddata.GCounter;
import org.apache.pekko.cluster.ddata.GCounterKey;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.Replicator;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.pattern.Patterns;

/**
 * A process of Pekko's Distributed Data with the counters' API over it, as far as the comparison
 * needs it: a {@code GCounter} for each name. All settings of Pekko are its defaults, but for what
 * {@link #config} names.
 *
 * <p>Threading: each request has a virtual thread.
 */
public final class PekkoActor {
  private static final int PORT = 25_520;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ActorRef replicator;
  private final SelfUniqueAddress self;

  private PekkoActor(ActorSystem system) {
    var data = DistributedData.get(system);
    this.replicator = data.replicator();
    this.self = data.selfUniqueAddress();
  }

  /**
   * Starts a process. The arguments are its address, the port of the API, how many there are on
   * 127.0.0.1 and the next addresses, a directory, and {@code durable} or {@code memory}.
   */
  public static void main(String[] args) throws IOException {
    String host = args[0];
    ActorSystem system =
        ActorSystem.create(
            "counters",
            config(host, Integer.parseInt(args[2]), args[3], args[4].equals("durable")));
    var actor = new PekkoActor(system);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(host, Integer.parseInt(args[1])), 1000);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/counter/", actor::serve);
    int count = Integer.parseInt(args[2]);
    server.createContext(
        "/health", exchange -> answer(exchange, countUp(system) == count ? 200 : 503, ""));
    server.start();
  }

  private static Config config(String host, int count, String directory, boolean durable) {
    List<String> seeds =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> "pekko://counters@127.0.0.%d:%d".formatted(i, PORT))
            .toList();
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.actor.provider",
                "cluster",
                "pekko.remote.artery.canonical.hostname",
                host,
                "pekko.remote.artery.canonical.port",
                PORT,
                "pekko.cluster.seed-nodes",
                seeds,
                "pekko.cluster.distributed-data.durable.keys",
                durable ? List.of("*") : List.of(),
                "pekko.cluster.distributed-data.durable.lmdb.dir",
                directory,
                "pekko.loglevel",
                "WARNING",
                "pekko.stdout-loglevel",
                "WARNING"))
        .withFallback(ConfigFactory.load());
  }

  /** Returns how many processes have joined. */
  private static long countUp(ActorSystem system) {
    return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
        .filter(member -> member.status().equals(MemberStatus.up()))
        .count();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      byte[] body = exchange.getRequestBody().readAllBytes();
      Key<GCounter> key = GCounterKey.create(path[2]);
      try {
        if (exchange.getRequestMethod().equals("POST")) {
          add(exchange, key, new BigInteger(new String(body, US_ASCII)));
        } else {
          boolean local = path[3].equals("value");
          read(exchange, key, local ? Replicator.readLocal() : new Replicator.ReadAll(TIMEOUT));
        }
      } catch (CompletionException e) {
        answer(exchange, 503, e.getCause().toString());
      }
    }
  }

  private void add(HttpExchange exchange, Key<GCounter> key, BigInteger amount) throws IOException {
    Object reply =
        ask(
            new Replicator.Update<>(
                key,
                GCounter.empty(),
                Replicator.writeLocal(),
                counter -> counter.increment(self, amount.longValueExact())));
    boolean counted = reply instanceof Replicator.UpdateSuccess<?>;
    answer(exchange, counted ? 200 : 500, counted ? "" : reply.toString());
  }

  private void read(HttpExchange exchange, Key<GCounter> key, Replicator.ReadConsistency how)
      throws IOException {
    switch (ask(new Replicator.Get<>(key, how))) {
      case Replicator.GetSuccess<?> found -> {
        var counter = (GCounter) found.dataValue();
        answer(exchange, 200, counter.getValue().toString());
      }
      case Replicator.NotFound<?> _ -> answer(exchange, 200, "0");
      case Object failure -> answer(exchange, 503, failure.toString());
    }
  }

  private Object ask(Object request) {
    return Patterns.ask(replicator, request, TIMEOUT.plusSeconds(1)).toCompletableFuture().join();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(US_ASCII);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }
}
