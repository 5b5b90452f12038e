package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.exec;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.util.Random;

/**
 * The basic promises of a front, to one user after the other, a little faster every second. Each
 * user puts a file, reads the same bytes back twice, deletes the file, and finds it gone.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.seconds}: how long users come, by default 20
 *   <li>{@code holdfast.usersPerSecond} at the end, by default 10
 *   <li>{@code holdfast.bytes}: the longest body, by default 65536
 *   <li>{@code holdfast.seed} of the lengths, by default drawn and printed
 * </ul>
 */
public final class FrontSmoke extends Simulation {
  private final LoadRun run = new LoadRun("FrontSmoke");
  private final int bytes = Options.number("bytes", 65_536);
  private final long seed =
      Long.parseLong(Options.text("seed", Long.toString(new Random().nextLong())));

  /** Users come in the open model: a front that is slow gets no rest. */
  public FrontSmoke() {
    System.out.println("seed " + seed);
    double most = Options.decimal("usersPerSecond", 10);
    double first = Math.min(1, most);
    int seconds = Options.number("seconds", 20);
    var growing = Schedule.growing(first, (most - first) / seconds, 0, seconds);
    ChainBuilder chain =
        exec(this::withFile)
            .exec(run.calls.put("PUT"))
            .exec(run.calls.get("GET"))
            .exec(run.calls.get("GET, once more"))
            .exec(run.calls.delete("DELETE"))
            .exec(run.calls.get("GET, gone"));
    setUp(run.population("a file from PUT to gone", growing, chain))
        .protocols(run.protocol())
        .assertions(run.assertions());
  }

  private Session withFile(Session session) {
    long length = new Random(seed + session.userId()).nextInt(bytes + 1);
    return session.set(Calls.NAME, run.name()).set(Calls.BYTES, length);
  }

  @Override
  public void after() {
    run.end();
  }
}
