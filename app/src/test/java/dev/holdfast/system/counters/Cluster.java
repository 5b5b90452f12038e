package dev.holdfast.system.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.CuttingProxy;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Links;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Actors in processes of their own, at 127.0.0.1, 127.0.0.2 and so on. They may reach each other
 * through proxies alone, which cut links; tests reach them without.
 */
final class Cluster implements AutoCloseable {
  private final List<ActorProcess> actors = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final List<CuttingProxy> proxies = new ArrayList<>();
  private final Links links = new Links();

  private Cluster() {}

  /** Makes actors that reach each other directly. None runs yet. */
  static Cluster direct(Path directory, int count, String... options) throws IOException {
    return make(directory, count, false, options);
  }

  /** Makes actors whose links can be cut. None runs yet. */
  static Cluster behindProxies(Path directory, int count, String... options) throws IOException {
    return make(directory, count, true, options);
  }

  private static Cluster make(Path directory, int count, boolean areCut, String... options)
      throws IOException {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "only Linux has all of 127.0.0.0/8");
    var cluster = new Cluster();
    Path place = Files.createDirectories(directory.resolve("actors"));
    List<Integer> ports = FreePorts.take(2);
    for (int id = 1; id <= count; id++) {
      String host = "127.0.0." + id;
      var actor = new ActorProcess(id, List.of(), host, ports.get(0), place, List.of(options));
      cluster.actors.add(actor);
      cluster.addresses.add(host + ":" + ports.get(areCut ? 1 : 0));
      if (areCut) {
        cluster.proxies.add(
            new CuttingProxy(
                cluster.links,
                id,
                new InetSocketAddress(host, ports.get(1)),
                new InetSocketAddress(host, ports.get(0)),
                Cluster::sourceOf));
      }
    }
    return cluster;
  }

  /** Takes over actors that somebody else has made. */
  static Cluster of(Collection<ActorProcess> actors, Collection<String> addresses) {
    var cluster = new Cluster();
    cluster.actors.addAll(actors);
    cluster.addresses.addAll(addresses);
    return cluster;
  }

  /** An actor's messages come from the address that it listens on. */
  private static OptionalInt sourceOf(Socket accepted) {
    return OptionalInt.of(accepted.getInetAddress().getAddress()[3]);
  }

  /** Starts all, and waits until they take requests. */
  void start() throws Exception {
    for (ActorProcess actor : actors) {
      if (!actor.isAlive()) {
        actor.start();
      }
    }
    for (ActorProcess actor : actors) {
      actor.awaitUp();
    }
  }

  /** Starts all, and posts all of them as the configuration. */
  void startAndConfigure() throws Exception {
    start();
    assertConfigured(1, all());
    for (int id : all()) {
      awaitReadable(id);
    }
  }

  int size() {
    return actors.size();
  }

  /** Returns the numbers of all actors. */
  List<Integer> all() {
    return IntStream.rangeClosed(1, actors.size()).boxed().toList();
  }

  /** Returns an actor by its number, from 1 on. */
  ActorProcess actor(int id) {
    return actors.get(id - 1);
  }

  /** Returns what an actor is called in a configuration. */
  String address(int id) {
    return addresses.get(id - 1);
  }

  Links links() {
    return links;
  }

  /** Returns the body of a configuration of these actors. */
  String list(Collection<Integer> ids) {
    return ids.stream()
        .map(id -> '"' + address(id) + '"')
        .collect(Collectors.joining(", ", "{\"actors\": [", "]}"));
  }

  RawResponse configure(int at, Collection<Integer> ids) throws IOException {
    return actor(at).post("/config", list(ids));
  }

  void assertConfigured(int at, Collection<Integer> ids) throws IOException {
    RawResponse answer = configure(at, ids);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** Returns what a consistent read answers, or empty if it is refused with a reason. */
  Optional<String> read(int at, String name) throws IOException {
    RawResponse answer = actor(at).get("/counter/" + name + "/consistent_value");
    if (answer.status() == 503) {
      return Optional.empty();
    }
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return Optional.of(answer.text());
  }

  /** Returns the value as an actor knows it. */
  String value(int at, String name) throws IOException {
    RawResponse answer = actor(at).get("/counter/" + name + "/value");
    assertThat(answer.status()).isEqualTo(200);
    return answer.text();
  }

  /** Counts, which has to succeed. */
  void count(int at, String name, String amount) throws IOException {
    RawResponse answer = actor(at).post("/counter/" + name, amount);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** Waits until consistent reads are answered at an actor. */
  void awaitReadable(int at) throws Exception {
    Await.until("consistent reads at " + at, () -> read(at, "readable").isPresent());
  }

  /** Waits until every actor knows the same of a counter, without asking the others. */
  void awaitKnown(String name, String value) throws Exception {
    for (int id : all()) {
      Await.until(name + " is known at " + id, () -> value(id, name).equals(value));
    }
  }

  @Override
  public void close() throws IOException {
    actors.forEach(ActorProcess::close);
    for (CuttingProxy proxy : proxies) {
      proxy.close();
    }
  }
}
