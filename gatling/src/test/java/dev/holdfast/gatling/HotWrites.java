package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.exec;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import java.util.List;

/**
 * One name that many users write and read at the same time. A read has to return the last
 * acknowledged write or one in progress, and must never go back.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.seconds}, by default 30
 *   <li>{@code holdfast.putsPerSecond}, by default 50
 *   <li>{@code holdfast.getsPerSecond}, by default 500
 *   <li>{@code holdfast.bytes} of a body, by default 4096
 * </ul>
 */
public final class HotWrites extends Simulation {
  private final LoadRun run = new LoadRun("HotWrites", LoadRun.STEADY_P99_MS_MAX);
  private final String name = run.name();
  private final long bytes = Options.number("bytes", 4096);

  /** Drives the load as the system properties say. */
  public HotWrites() {
    int seconds = Options.number("seconds", 30);
    double puts = Options.decimal("putsPerSecond", 50);
    double gets = Options.decimal("getsPerSecond", 500);
    setUp(
            run.constant(
                seconds,
                List.of(
                    new LoadRun.Rate("PUT", puts, (calls, request) -> hot(calls.put(request))),
                    new LoadRun.Rate("GET", gets, (calls, request) -> hot(calls.get(request))))))
        .protocols(run.protocol().shareConnections())
        .assertions(run.assertions());
  }

  private ChainBuilder hot(ChainBuilder chain) {
    return exec(session -> session.set(Calls.NAME, name).set(Calls.BYTES, bytes)).exec(chain);
  }

  @Override
  public void after() {
    run.end();
  }
}
