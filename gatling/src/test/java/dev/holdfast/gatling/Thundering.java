package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * One cold name, and thousands of readers who ask for it at the same moment. The file server has to
 * get one request, and all readers an answer. If a file server is given, the file is put there
 * first, past the front, which then has to fetch it. Otherwise nobody has written the name, and all
 * readers get 404.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.readers}, by default 2000
 *   <li>{@code holdfast.bytes} of the file, by default 65536
 *   <li>{@code holdfast.fileServer}: the URL of the file server that the front has for the name, by
 *       default none
 * </ul>
 */
public final class Thundering extends Simulation {
  private final LoadRun run = new LoadRun("Thundering");
  private final String name = run.name();
  private final long bytes = Options.number("bytes", 65_536);
  private final String fileServer = Options.text("fileServer", "");

  /** Drives the load as the system properties say. */
  public Thundering() {
    var atOnce = Schedule.atOnce(Options.number("readers", 2000));
    PopulationBuilder readers = run.population("readers", atOnce, cold(run.calls.get("GET")));
    setUp(fileServer.isEmpty() ? readers : written().andThen(readers))
        .protocols(run.protocol())
        .assertions(run.assertions());
  }

  private PopulationBuilder written() {
    String url = fileServer + "/api/fileserver/" + name;
    return scenario("the file server alone")
        .exec(cold(run.setUp.putTo("PUT to the file server", url)))
        .injectOpen(atOnceUsers(1));
  }

  private ChainBuilder cold(ChainBuilder chain) {
    return exec(session -> session.set(Calls.NAME, name).set(Calls.BYTES, bytes)).exec(chain);
  }

  @Override
  public void after() {
    run.end();
  }
}
