package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Several requests at the same time, each at a rate of its own, however long the answers take.
 * Latency counts from the time at which a request was due.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.seconds}, by default 30
 *   <li>{@code holdfast.requests}: requests in the form of {@link GivenRequest}, separated by
 *       commas, by default none
 *   <li>{@code holdfast.rate}: reads of each file a second if there are no such requests, by
 *       default 1000
 *   <li>{@code holdfast.bytes} of a body, by default 1024
 * </ul>
 *
 * <p>Checks:
 *
 * <ul>
 *   <li>A file that a request writes or deletes is put before the start. From then on the oracle
 *       knows the right answers.
 *   <li>A file that is only read has to stay {@link Unchanged}.
 *   <li>Any other request has to be answered 2xx, with a body that matches the pattern, if there is
 *       one.
 *   <li>Without requests, three files are put first and then read.
 * </ul>
 */
public final class ConstantRate extends Simulation {
  private static final int FILES = 3;

  private final LoadRun run = new LoadRun("ConstantRate", LoadRun.STEADY_P99_MS_MAX);
  private final int seconds = Options.number("seconds", 30);
  private final long bytes = Options.number("bytes", 1024);
  private final double rate = Options.decimal("rate", 1000);
  private final ChainBuilder nothing = exec(session -> session);

  /** Drives the load as the system properties say. */
  public ConstantRate() {
    String requests = Options.text("requests", "");
    setUp(requests.isEmpty() ? files() : given(GivenRequest.parseAll(requests)))
        .protocols(run.protocol().shareConnections())
        .assertions(run.assertions());
  }

  private List<PopulationBuilder> given(List<GivenRequest> requests) {
    var written = new LinkedHashMap<String, String>();
    var read = new HashMap<String, Unchanged>();
    for (GivenRequest request : requests) {
      request.writes().ifPresent(file -> written.putIfAbsent(file, request.url()));
      request.file().ifPresent(file -> read.putIfAbsent(file, new Unchanged(file)));
    }
    read.keySet().removeAll(written.keySet());
    List<PopulationBuilder> load =
        run.constant(
            seconds,
            requests.stream()
                .map(
                    request ->
                        new LoadRun.Rate(
                            request.title(),
                            request.perSecond(),
                            (calls, title) -> given(request, read, calls, title)))
                .toList());
    ChainBuilder puts = nothing;
    for (Map.Entry<String, String> file : written.entrySet()) {
      puts = puts.exec(named(file.getKey(), run.setUp.putTo("PUT, first", file.getValue())));
    }
    return written.isEmpty() ? load : List.of(first(puts, load));
  }

  /**
   * Returns one of the requests.
   *
   * @param read the files that are only read
   */
  private ChainBuilder given(
      GivenRequest request, Map<String, Unchanged> read, Calls calls, String title) {
    String name = request.file().orElse("");
    if (name.isEmpty() || request.pattern().isPresent() || read.containsKey(name)) {
      return exec(
          calls.any(
              title,
              _ -> expectation(request, Optional.ofNullable(read.get(name))),
              http(title).httpRequest(request.method(), request.url())));
    }
    return named(
        name,
        switch (request.method()) {
          case "PUT" -> calls.putTo(title, request.url());
          case "DELETE" -> calls.deleteAt(title, request.url());
          default -> calls.getFrom(title, request.url());
        });
  }

  private static Expectation expectation(GivenRequest request, Optional<Unchanged> file) {
    return request
        .pattern()
        .map(Expectation::matching)
        .or(() -> file.map(Unchanged::expectation))
        .orElseGet(Expectation::success);
  }

  private List<PopulationBuilder> files() {
    var gets = new ArrayList<LoadRun.Rate>();
    ChainBuilder puts = nothing;
    for (int i = 1; i <= FILES; i++) {
      String name = run.name();
      puts = puts.exec(named(name, run.setUp.put("PUT, first")));
      String request = "GET, file " + i;
      gets.add(new LoadRun.Rate(request, rate, (calls, title) -> named(name, calls.get(title))));
    }
    return List.of(first(puts, run.constant(seconds, gets)));
  }

  /**
   * Puts the files before the load. The oracle knows the right answers only if these PUTs are
   * acknowledged.
   */
  private static PopulationBuilder first(ChainBuilder puts, List<PopulationBuilder> load) {
    return scenario("files")
        .exec(puts)
        .exec(stopLoadGeneratorIf("a file could not be put", Session::isFailed))
        .injectOpen(atOnceUsers(1))
        .andThen(load);
  }

  private ChainBuilder named(String name, ChainBuilder chain) {
    return exec(session -> session.set(Calls.NAME, name).set(Calls.BYTES, bytes)).exec(chain);
  }

  @Override
  public void after() {
    run.end();
  }
}
