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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Actors in processes, which are numbered from 1 on. Each listens on an address of its own: the
 * first one at 127.0.0.1, the second one at 127.0.0.2, and so on. They may reach each other through
 * proxies alone, which cut links; tests reach them without.
 */
final class Cluster implements AutoCloseable {
  /** A counter that nobody counts, for reads that show that all actors can be asked. */
  private static final String READABLE = "readable";

  private final Path place;
  private final TreeMap<Integer, ActorClient> actors = new TreeMap<>();
  private final TreeMap<Integer, ActorProcess> processes = new TreeMap<>();
  private final TreeMap<Integer, String> addresses = new TreeMap<>();
  private final List<CuttingProxy> proxies = new ArrayList<>();
  private final Links links = new Links();

  /** Makes one without actors, whose directories are to be in a place. */
  private Cluster(Path place) throws IOException {
    this.place = Files.createDirectories(place);
  }

  private static Cluster in(Path directory) throws IOException {
    return new Cluster(directory.resolve("actors"));
  }

  /**
   * Makes actors that reach each other directly. None runs yet.
   *
   * @param groups the actors of each process
   * @param options further ones of each actor
   */
  static Cluster direct(Path directory, List<List<Integer>> groups, String... options)
      throws IOException {
    requireLinux();
    var cluster = in(directory);
    int port = FreePorts.one();
    for (List<Integer> group : groups) {
      cluster.add(List.of(), clients(group, port), port, options);
    }
    return cluster;
  }

  /** Makes actors whose links can be cut. None runs yet. */
  static Cluster behindProxies(Path directory, List<List<Integer>> groups, String... options)
      throws IOException {
    requireLinux();
    var cluster = in(directory);
    List<Integer> ports = FreePorts.take(2);
    for (List<Integer> group : groups) {
      cluster.add(List.of(), clients(group, ports.get(0)), ports.get(1), options);
    }
    for (ActorClient actor : cluster.actors.values()) {
      cluster.proxies.add(
          new CuttingProxy(
              cluster.links,
              actor.id(),
              new InetSocketAddress(actor.host(), ports.get(1)),
              new InetSocketAddress(actor.host(), ports.get(0)),
              Cluster::sourceOf));
    }
    return cluster;
  }

  /** Makes actors that are in network namespaces of their own. None runs yet. */
  static Cluster inNamespaces(Path directory, int count, int port, String... options)
      throws IOException {
    var cluster = in(directory);
    for (int id = 1; id <= count; id++) {
      var actor = new ActorClient(id, Namespaces.host(id), port);
      cluster.add(Namespaces.enter(id), List.of(actor), port, options);
    }
    return cluster;
  }

  /**
   * Makes actors as they are packed for machines without Java. None runs yet.
   *
   * @param directory the packed actors are unpacked there
   * @param programs the directory of all programs that they find
   */
  static Cluster packed(Path directory, Path programs, int count, String... options)
      throws IOException {
    requireLinux();
    var cluster = new Cluster(directory.resolve("challenge").resolve("data"));
    int port = FreePorts.one();
    for (ActorClient actor : clients(groups(count, count).getFirst(), port)) {
      var process = ActorProcess.packed(actor, cluster.place, programs, List.of(options));
      cluster.add(process, List.of(actor), port);
    }
    return cluster;
  }

  /**
   * Makes other processes for some of the actors, which have the same addresses and directories.
   * None runs yet.
   */
  Cluster again(List<List<Integer>> groups, String... options) throws IOException {
    var cluster = new Cluster(place);
    for (List<Integer> group : groups) {
      List<ActorClient> clients = group.stream().map(actors::get).toList();
      cluster.add(List.of(), clients, clients.getFirst().port(), options);
    }
    return cluster;
  }

  private static void requireLinux() {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "only Linux has all of 127.0.0.0/8");
  }

  /** Returns groups of so many numbers, from 1 on. */
  static List<List<Integer>> groups(int count, int size) {
    return IntStream.rangeClosed(1, count)
        .boxed()
        .collect(Collectors.groupingBy(id -> (id - 1) / size, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .toList();
  }

  private static List<ActorClient> clients(List<Integer> group, int port) {
    return group.stream().map(id -> new ActorClient(id, "127.0.0." + id, port)).toList();
  }

  private void add(
      List<String> prefix, List<ActorClient> group, int listedPort, String... options) {
    add(new ActorProcess(prefix, group, place, List.of(options)), group, listedPort);
  }

  private void add(ActorProcess process, List<ActorClient> group, int listedPort) {
    for (ActorClient actor : group) {
      actors.put(actor.id(), actor);
      processes.put(actor.id(), process);
      addresses.put(actor.id(), actor.host() + ":" + listedPort);
    }
  }

  /** An actor's messages come from the address that it listens on. */
  private static OptionalInt sourceOf(Socket accepted) {
    return OptionalInt.of(accepted.getInetAddress().getAddress()[3]);
  }

  /** Starts all that do not run, and waits until they take requests. */
  void start() throws Exception {
    start(all());
  }

  /** Starts the processes of some that do not run, and waits until they take requests. */
  void start(Collection<Integer> ids) throws Exception {
    for (int id : ids) {
      if (!process(id).isAlive()) {
        process(id).start();
      }
    }
    for (int id : ids) {
      process(id).awaitUp();
    }
  }

  /** Starts all, and posts all of them as the configuration. */
  void startAndConfigure() throws Exception {
    start();
    assertConfigured(1, all());
    awaitReadable(all());
  }

  /** Ends all at once, as {@code kill -9} does. */
  void killAll() throws InterruptedException {
    for (ActorProcess process : Set.copyOf(processes.values())) {
      process.sendKill();
    }
    for (ActorProcess process : Set.copyOf(processes.values())) {
      process.kill();
    }
  }

  /** Returns the numbers of all actors. */
  List<Integer> all() {
    return List.copyOf(actors.keySet());
  }

  /** Returns an actor by its number, from 1 on. */
  ActorClient actor(int id) {
    return actors.get(id);
  }

  /** Returns the process of an actor, which others may share. */
  ActorProcess process(int id) {
    return processes.get(id);
  }

  /** Returns the directory of an actor. */
  Path directory(int id) {
    return place.resolve("" + id);
  }

  /** Returns what an actor is called in a configuration. */
  String address(int id) {
    return addresses.get(id);
  }

  Links links() {
    return links;
  }

  /** Returns the addresses of some actors as JSON. */
  String list(Collection<Integer> ids) {
    return ids.stream()
        .map(id -> '"' + address(id) + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }

  RawResponse configure(int at, Collection<Integer> ids) throws IOException {
    return actor(at).post("/config", "{\"actors\": " + list(ids) + "}");
  }

  void assertConfigured(int at, Collection<Integer> ids) throws IOException {
    RawResponse answer = configure(at, ids);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** Returns the answer to a consistent read, or empty if it is refused with a reason. */
  Optional<String> read(int at, String name) throws IOException {
    RawResponse answer = readAny(at, name);
    return answer.status() == 503 ? Optional.empty() : Optional.of(answer.text());
  }

  private RawResponse readAny(int at, String name) throws IOException {
    RawResponse answer = actor(at).get("/counter/" + name + "/consistent_value");
    if (answer.status() != 503) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
    return answer;
  }

  /** Reads consistently, and again while that is refused. Returns the first answer. */
  String awaitRead(int at, String name) throws Exception {
    var last = new AtomicReference<RawResponse>();
    try {
      Await.until(
          "a consistent read at " + at,
          () -> {
            last.set(readAny(at, name));
            return last.get().status() == 200;
          });
    } catch (AssertionError e) {
      String why = Optional.ofNullable(last.get()).map(RawResponse::text).orElse("nothing");
      throw new AssertionError(e.getMessage() + "; it answered " + why, e);
    }
    return last.get().text();
  }

  /** Returns the addresses whose increments the next consistent read may lack. */
  Set<String> unconfirmed(int at) throws Exception {
    var found = new TreeSet<String>();
    Await.until(
        "a consistent read at " + at,
        () -> {
          RawResponse answer = actor(at).get("/counter/" + READABLE + "/consistent_value");
          found.addAll(unconfirmed(answer));
          return answer.status() == 200;
        });
    return found;
  }

  /** Returns the addresses whose increments an answer may lack, as it says itself. */
  static Set<String> unconfirmed(RawResponse answer) {
    return answer.headers("Counter-Unconfirmed").stream()
        .flatMap(line -> List.of(line.split("[, ]+", -1)).stream())
        .collect(Collectors.toSet());
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
    awaitRead(at, READABLE);
  }

  /**
   * Waits until consistent reads are answered at some actors. All are asked at once, and those that
   * refuse one after the other: on a busy machine many reads at once miss a short deadline again
   * and again.
   */
  void awaitReadable(Collection<Integer> ids) throws Exception {
    var refusing = new ConcurrentLinkedQueue<Integer>();
    atOnce(
        ids,
        id -> {
          if (read(id, READABLE).isEmpty()) {
            refusing.add(id);
          }
        });
    for (int id : refusing) {
      awaitReadable(id);
    }
  }

  /** What is done with one actor. */
  @FunctionalInterface
  interface Step {
    void at(int id) throws Exception;
  }

  /** Does something with some actors, all at once, and waits until it is done. */
  static void atOnce(Collection<Integer> ids, Step step) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var steps = new ArrayList<Future<?>>();
      for (int id : ids) {
        steps.add(
            threads.submit(
                () -> {
                  step.at(id);
                  return null;
                }));
      }
      for (Future<?> one : steps) {
        one.get();
      }
    }
  }

  /** Waits until every actor knows the same of a counter, without asking the others. */
  void awaitKnown(String name, String value) throws Exception {
    awaitKnown(all(), name, value);
  }

  /** Waits until some actors know the same of a counter, without asking the others. */
  void awaitKnown(Collection<Integer> ids, String name, String value) throws Exception {
    for (int id : ids) {
      Await.until(name + " is known at " + id, () -> value(id, name).equals(value));
    }
  }

  @Override
  public void close() throws IOException {
    processes.values().forEach(ActorProcess::close);
    for (CuttingProxy proxy : proxies) {
      proxy.close();
    }
  }
}
