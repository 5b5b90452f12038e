package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * The common part of all simulations: the front, the requests, their counts, and the summary.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code holdfast.url}: the front, or several, comma separated, by default {@code
 *       http://127.0.0.1:8080}
 *   <li>{@code holdfast.summary}: the file of the summary, by default {@code
 *       gatling/target/summary.json}
 *   <li>{@code holdfast.p99MsMax}: the bound of the 99th percentile of each kind of request; 0 is
 *       no bound. By default {@link #STEADY_P99_MS_MAX} if the rate is constant, otherwise 0
 *   <li>{@code holdfast.rampSeconds}: the time in which a constant rate grows to the full one
 *       before anything counts, by default 10
 *   <li>{@code holdfast.mayFail}: true if the run is about failing requests. Then only invalid data
 *       and a given bound of the percentile fail the run
 * </ul>
 */
final class LoadRun {
  private static final int EXIT_BROKEN = 2;

  /**
   * The default bound of the 99th percentile: far above the need of a front, and below a queue that
   * only grows.
   */
  static final int STEADY_P99_MS_MAX = 1_000;

  /**
   * A request and how often a second it is sent.
   *
   * @param chain makes the request from the calls and this title
   */
  record Rate(String request, double perSecond, BiFunction<Calls, String, ChainBuilder> chain) {}

  private final String simulation;
  private final List<String> urls =
      Stream.of(Options.text("url", "http://127.0.0.1:8080").split(",", -1))
          .map(url -> url.strip().replaceFirst("/+$", ""))
          .toList();
  private final Path summary = Path.of(Options.text("summary", Options.target() + "/summary.json"));
  private final Summary.Bounds bounds;

  /** How long a constant rate grows first, in seconds. */
  private final int rampSeconds = Options.number("rampSeconds", 10);

  /** Makes the names of this run different from those of another. */
  private final String run = UUID.randomUUID().toString().substring(0, 8);

  private final AtomicLong names = new AtomicLong();
  private final Instant wallClock = Instant.now().minusNanos(System.nanoTime());
  private final Recorder recorder = new Recorder();
  private final Generator generator = new Generator();

  /**
   * The directory of large bodies. It is made when it is needed, so that a run that does not start
   * leaves nothing.
   */
  private final Path large = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-load-" + run);

  private final Oracle oracle = new Oracle(System::nanoTime);

  /** The requests of the load. */
  final Calls calls = new Calls(firstWriter(), oracle, large, recorder::record);

  /**
   * The requests that prepare the load. They are not counted, but the run fails if one of them
   * fails.
   */
  final Calls setUp = new Calls(firstWriter(), oracle, large, recorder::prepared);

  /** Makes a run without a bound on its speed, unless an option sets one. */
  LoadRun(String simulation) {
    this(simulation, 0);
  }

  /**
   * Makes a run. Removes the summary of an earlier run, so that a summary that is there is this
   * run's.
   *
   * @param p99MsMax the default bound of the 99th percentile, in milliseconds; 0 for none
   */
  LoadRun(String simulation, int p99MsMax) {
    this.simulation = simulation;
    boolean mayFail = Options.flag("mayFail");
    this.bounds = new Summary.Bounds(mayFail, Options.number("p99MsMax", mayFail ? 0 : p99MsMax));
    try {
      Files.deleteIfExists(summary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the summary of an earlier run", e);
    }
  }

  /**
   * Returns the protocol: each user has a connection of its own, and nothing is cached, followed or
   * rewritten.
   */
  HttpProtocolBuilder protocol() {
    return http.baseUrls(urls)
        .disableCaching()
        .disableFollowRedirect()
        .disableUrlEncoding()
        .disableWarmUp();
  }

  private long firstWriter() {
    return Long.parseLong(run, 16) << Integer.SIZE;
  }

  /** Returns a name that nobody has used. */
  String name() {
    return "load-" + run + "-" + names.incrementAndGet();
  }

  /** Returns the addresses that {@code holdfast.url} names, without a slash at the end. */
  List<String> urls() {
    return urls;
  }

  Recorder recorder() {
    return recorder;
  }

  /** Returns users that come by the schedule. The first request of each is due when it comes. */
  PopulationBuilder population(String scenario, Schedule schedule, ChainBuilder chain) {
    return scenario(scenario)
        .exec(
            session -> {
              generator.begin();
              return session.set(Calls.DUE, schedule.next(System.nanoTime()));
            })
        .exec(chain)
        .injectOpen(schedule.steps());
  }

  /** Returns users who all come at once. Each request is due when the one before has ended. */
  PopulationBuilder closed(String scenario, int users, ChainBuilder chain) {
    return scenario(scenario)
        .exec(
            session -> {
              generator.begin();
              return session;
            })
        .exec(chain)
        .injectOpen(atOnceUsers(users));
  }

  /**
   * Returns requests at the same time, each at its rate. The rates grow to that first. Requests of
   * this time are not counted, since cold JVMs, here and at the server, still compile.
   */
  List<PopulationBuilder> constant(int seconds, List<Rate> rates) {
    List<PopulationBuilder> full =
        rates.stream()
            .map(
                rate ->
                    population(
                        rate.request,
                        Schedule.constant(rate.perSecond, seconds),
                        rate.chain.apply(calls, rate.request)))
            .toList();
    if (rampSeconds == 0) {
      return full;
    }
    var growing = new ArrayList<>(rates.stream().map(this::growing).toList());
    // The growing phases take the same time, so those at the full rate start together.
    growing.set(0, growing.getFirst().andThen(full));
    return growing;
  }

  private PopulationBuilder growing(Rate rate) {
    String request = rate.request + ", growing";
    double first = Math.min(1, rate.perSecond);
    var growing = Schedule.growing(first, (rate.perSecond - first) / rampSeconds, 0, rampSeconds);
    return scenario(request).exec(rate.chain.apply(setUp, request)).injectOpen(growing.steps());
  }

  /** Returns a chain with a name of its own. */
  ChainBuilder withName(long bytes, ChainBuilder chain) {
    return exec(session -> session.set(Calls.NAME, name()).set(Calls.BYTES, bytes)).exec(chain);
  }

  /**
   * Returns Gatling's own assertions; {@link #end} adds the rest. Call it last, when the simulation
   * has asked for all its options.
   *
   * @throws IllegalArgumentException if an option was given that the simulation does not have
   */
  Assertion[] assertions() {
    Options.requireKnown();
    Assertion some = global().allRequests().count().gt(0L);
    return bounds.mayFail()
        ? new Assertion[] {some}
        : new Assertion[] {some, global().failedRequests().count().is(0L)};
  }

  /** Ends the run: prints and writes the summary, and makes the process fail if it has to. */
  void end() {
    remove(large);
    Summary result = Summary.of(simulation, recorder, generator, bounds, wallClock);
    try {
      result.writeTo(summary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the summary", e);
    }
    print(result);
    if (!result.broken().isEmpty()) {
      // Gatling's own assertions do not know invalid data. Gatling writes its report after this and
      // before the JVM shuts down.
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(EXIT_BROKEN)));
    }
  }

  private void print(Summary result) {
    text(simulation, recorder, generator).forEach(System.out::println);
    result.broken().forEach(text -> System.out.println("BROKEN: " + text));
    System.out.println("summary: " + summary.toAbsolutePath());
  }

  /** Returns the results of a run, in short. */
  static List<String> text(String simulation, Recorder recorder, Generator generator) {
    var lines = new ArrayList<String>();
    lines.add(
        "%n%s: %d requests, %d failed, %d with invalid data; p50 %.1f ms, p99 %.1f ms, max %.1f ms"
            .formatted(
                simulation,
                recorder.all.requests.sum(),
                recorder.all.failed.sum(),
                recorder.invalid.sum(),
                recorder.all.latencies.percentile(50) / 1e6,
                recorder.all.latencies.percentile(99) / 1e6,
                recorder.all.latencies.max() / 1e6));
    lines.add(
        "generator: %.0f %% of %d cores; %d of %d requests started more than %d ms late, at most %.1f ms"
            .formatted(
                generator.cpuShare() * 100,
                generator.cores(),
                recorder.late.sum(),
                recorder.scheduled.sum(),
                Recorder.LATE_NANOS / 1_000_000,
                recorder.lateness.max() / 1e6));
    if (!Summary.keptRate(recorder)) {
      lines.add("The generator could not keep its rate: the figures are partly its own.");
    }
    return lines;
  }

  private static void remove(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
