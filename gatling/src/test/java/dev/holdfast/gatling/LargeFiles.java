package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.repeat;

import io.gatling.javaapi.core.Simulation;

/**
 * Large files, of which few fit in memory. Each is put, read back several times, deleted, and then
 * gone. Bodies are made on disk, and reads take only their digest. The time to make a body does not
 * count.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.seconds}: how long files come, by default 30
 *   <li>{@code holdfast.filesPerSecond}, by default 0.2
 *   <li>{@code holdfast.bytes} of each, by default 157286400, which is 150 MiB
 *   <li>{@code holdfast.reads} of each, by default 3
 * </ul>
 */
public final class LargeFiles extends Simulation {
  private final LoadRun run = new LoadRun("LargeFiles");

  /** Drives the load as the system properties say. */
  public LargeFiles() {
    int seconds = Options.number("seconds", 30);
    var files = Schedule.constant(Options.decimal("filesPerSecond", 0.2), seconds);
    var chain =
        run.calls
            .putLarge("PUT, large")
            .exec(repeat(Options.number("reads", 3)).on(run.calls.getLarge("GET, large")))
            .exec(run.calls.delete("DELETE"))
            .exec(run.calls.get("GET, gone"));
    setUp(
            run.population(
                "large files", files, run.withName(Options.number("bytes", 157_286_400), chain)))
        .protocols(run.protocol())
        .assertions(run.assertions());
  }

  @Override
  public void after() {
    run.end();
  }
}
