package dev.holdfast.bench;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Processes that count together, on 127.0.0.1 and the next addresses.
 *
 * <p>Threading: of one thread.
 */
final class CounterActors implements AutoCloseable {
  static final int PORT = 7777;

  private static final long WAIT_MAX_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int OK = 200;

  private final CounterSystem system;
  private final CounterPlan plan;
  private final Path directory;
  private final String cores;
  private final int count;
  private final Map<Integer, Process> processes = new HashMap<>();
  private final Map<Integer, PlainHttp> connections = new HashMap<>();

  /**
   * @param directory the directory of everything that they write
   * @param cores their cores, as taskset takes them
   * @param count how many are one configuration
   */
  CounterActors(CounterPlan plan, CounterSystem system, Path directory, String cores, int count) {
    this.plan = plan;
    this.system = system;
    this.directory = directory;
    this.cores = cores;
    this.count = count;
  }

  static String host(int number) {
    return "127.0.0." + number;
  }

  static InetSocketAddress address(int number) {
    return new InetSocketAddress(host(number), PORT);
  }

  List<InetSocketAddress> addresses() {
    return numbers().stream().map(CounterActors::address).toList();
  }

  /** Returns the numbers of the actors of the configuration. */
  List<Integer> numbers() {
    return IntStream.rangeClosed(1, count).boxed().toList();
  }

  Process process(int number) {
    return processes.get(number);
  }

  List<Process> processes() {
    return List.copyOf(processes.values());
  }

  /** Starts all of them at once. Returns the seconds until all answer. */
  double start() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    for (int number : numbers()) {
      launch(number);
    }
    for (int number : numbers()) {
      awaitHealth(number);
    }
    return secondsSince(begun);
  }

  /** Starts one process. */
  void launch(int number) throws IOException {
    Files.createDirectories(directory.resolve("data"));
    Path output = directory.resolve(number + ".log");
    processes.put(
        number,
        plan.children()
            .start(
                cores,
                directory,
                Map.of("JAVA_OPTS", String.join(" ", plan.jvm())),
                output,
                system.command(plan, number, count, directory.resolve("data"))));
  }

  void awaitHealth(int number) throws IOException {
    await(
        () -> {
          try {
            return connection(number).get("/health").status() == OK;
          } catch (IOException e) {
            if (!processes.get(number).isAlive()) {
              throw new IOException(
                  "it has ended: " + Files.readString(directory.resolve(number + ".log")), e);
            }
            return false; // nobody listens yet
          }
        });
  }

  /** Gives the actors a configuration of the first so many, at the first one. */
  void configure(int listed) throws IOException {
    if (system == CounterSystem.HOLDFAST) {
      configure(IntStream.rangeClosed(1, listed).mapToObj(CounterActors::host).toList());
    }
  }

  /** Gives the actors a configuration of these addresses, at the first one. */
  void configure(List<String> addresses) throws IOException {
    String list =
        addresses.stream()
            .map(address -> '"' + address + '"')
            .collect(Collectors.joining(", ", "{\"actors\": [", "]}"));
    PlainHttp.Answer answer = connection(1).post("/config", list);
    if (answer.status() != OK) {
      throw new IOException("POST /config: " + answer);
    }
  }

  /** Returns this thread's connection to an actor. */
  PlainHttp connection(int number) {
    return connections.computeIfAbsent(number, n -> new PlainHttp(address(n)));
  }

  void add(int number, String name, long amount) throws IOException {
    PlainHttp.Answer answer = connection(number).post("/counter/" + name, Long.toString(amount));
    if (answer.status() != OK) {
      throw new IOException("POST at " + host(number) + ": " + answer);
    }
  }

  BigInteger value(int number, String name) throws IOException {
    return number(connection(number).get("/counter/" + name + "/value"));
  }

  BigInteger consistentValue(int number, String name) throws IOException {
    return number(connection(number).get("/counter/" + name + "/consistent_value"));
  }

  private static BigInteger number(PlainHttp.Answer answer) throws IOException {
    if (answer.status() != OK) {
      throw new IOException("no value: " + answer);
    }
    return new BigInteger(answer.body().strip());
  }

  /**
   * Waits until these actors know at least this value. Asks one after the other, and pauses a
   * millisecond after each turn, so that asking costs them little.
   */
  void awaitValue(List<Integer> numbers, String name, BigInteger least) throws IOException {
    var left = new ArrayList<>(numbers);
    await(
        () -> {
          for (var it = left.iterator(); it.hasNext(); ) {
            if (value(it.next(), name).compareTo(least) >= 0) {
              it.remove();
            }
          }
          return left.isEmpty();
        });
  }

  /** A state that is waited for. */
  interface State {
    boolean is() throws IOException;
  }

  /** Waits for a state, two minutes at most. */
  static void await(State state) throws IOException {
    long begun = System.nanoTime();
    while (!state.is()) {
      if (System.nanoTime() - begun > WAIT_MAX_NANOS) {
        throw new IOException("it takes more than two minutes");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** Ends a process as a crash does. */
  void kill(int number) throws InterruptedException {
    plan.children().kill(processes.remove(number));
    connections.remove(number).close();
  }

  void killAll() throws InterruptedException {
    for (int number : List.copyOf(processes.keySet())) {
      processes.get(number).destroyForcibly();
    }
    for (int number : List.copyOf(processes.keySet())) {
      kill(number);
    }
  }

  @Override
  public void close() {
    connections.values().forEach(PlainHttp::close);
    // Nobody needs their data any more.
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(plan.children()::stop);
    processes.clear();
  }
}
