package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Several requests at once, each at a rate of its own, whatever the answers take: latency counts
 * from when a request was due.
 *
 * <p>System properties, besides those of {@link LoadRun}: {@code holdfast.seconds}, by default 30;
 * {@code holdfast.requests}, separated by commas, each as {@code RATE METHOD URL}, where an URL may
 * be a path on the front, by default none. These have to be answered 2xx; what they return is not
 * known, so their data is not checked. Without any, three files of {@code holdfast.bytes}, by
 * default 1024, are put first, and each is read {@code holdfast.rate} times a second, by default
 * 1000, and checked.
 */
public final class ConstantRate extends Simulation {
  private static final int FILES = 3;

  private final LoadRun run = new LoadRun("ConstantRate");
  private final int seconds = Options.number("seconds", 30);
  private final String requests = Options.text("requests", "");

  /** Drives the load as the system properties say. */
  public ConstantRate() {
    setUp(
            requests.isEmpty()
                ? List.of(files())
                : Stream.of(requests.split(",", -1)).map(this::given).toList())
        .protocols(run.protocol().shareConnections())
        .assertions(run.assertions());
  }

  private PopulationBuilder given(String text) {
    String[] parts = text.strip().split("\\s+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not RATE METHOD URL: " + text);
    }
    String request = parts[1] + " " + parts[2];
    var ok = Expectation.oneOf(Set.copyOf(IntStream.range(200, 300).boxed().toList()));
    return run.population(
        request,
        Schedule.constant(Double.parseDouble(parts[0]), seconds),
        exec(run.calls.any(request, _ -> ok, http(request).httpRequest(parts[1], parts[2]))));
  }

  private PopulationBuilder files() {
    double rate = Options.decimal("rate", 1000);
    var populations = new ArrayList<PopulationBuilder>();
    ChainBuilder puts = exec(session -> session);
    for (int i = 1; i <= FILES; i++) {
      String name = run.name();
      puts = puts.exec(named(name, run.setUp.put("PUT, first")));
      String request = "GET, file " + i;
      populations.add(
          run.population(
              request, Schedule.constant(rate, seconds), named(name, run.calls.get(request))));
    }
    return scenario("files").exec(puts).injectOpen(atOnceUsers(1)).andThen(populations);
  }

  private static ChainBuilder named(String name, ChainBuilder chain) {
    long bytes = Options.number("bytes", 1024);
    return exec(session -> session.set(Calls.NAME, name).set(Calls.BYTES, bytes)).exec(chain);
  }

  @Override
  public void after() {
    run.end();
  }
}
