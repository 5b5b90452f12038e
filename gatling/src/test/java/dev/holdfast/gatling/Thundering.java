package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * One cold name, and thousands who ask for it at the same moment: the file server has to be asked
 * once, and all have to be answered. With a file server given, the file is put there first, past
 * the front, which then has to fetch it; else nobody has written the name, and all must be told so.
 *
 * <p>System properties, besides those of {@link LoadRun}: {@code holdfast.readers}, by default
 * 2000; {@code holdfast.bytes} of the file, by default 65536; {@code holdfast.fileServer}, the URL
 * of a file server behind the front that has the name, by default none.
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
