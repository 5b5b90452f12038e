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
 * Several requests at once, each at a rate of its own, whatever the answers take: latency counts
 * from when a request was due.
 *
 * <p>System properties, besides those of {@link LoadRun}: {@code holdfast.seconds}, by default 30;
 * {@code holdfast.requests}, separated by commas, each as {@link GivenRequest} says, by default
 * none. A file that one of them writes or deletes is put before they start, and from then on the
 * oracle knows what may be read; a file that is only read has to stay {@link Unchanged}; what is no
 * file has to be answered 2xx and, where a pattern is given, to match it. Without any, three files
 * are put first, and each is read {@code holdfast.rate} times a second, by default 1000. Bodies
 * have {@code holdfast.bytes}, by default 1024.
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
   * One of them.
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

  /** What may be read is known only if these PUTs are acknowledged. */
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
