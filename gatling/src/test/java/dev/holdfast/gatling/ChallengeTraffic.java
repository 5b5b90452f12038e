package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.doSwitch;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.onCase;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.util.Optional;
import java.util.Random;

/**
 * The load of the challenge.
 *
 * <ul>
 *   <li>First creations fill a set of names.
 *   <li>Then come 75 GETs to one PUT to one DELETE of existing names, faster every second, with
 *       growing bodies.
 *   <li>A deleted file is created again under another name.
 *   <li>Some users check a name from its PUT until it is gone.
 * </ul>
 *
 * It ends when the time is up, or at a number of failures, and prints the score.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.names}, by default 2000
 *   <li>{@code holdfast.fillPerSecond}: the rate of the creations at first, which the score does
 *       not count, by default 200
 *   <li>{@code holdfast.start}: requests a second at first, by default 20
 *   <li>{@code holdfast.growth}: how much the rate grows each second, by default 2
 *   <li>{@code holdfast.ramp}: how much the growth grows each minute, by default 0
 *   <li>{@code holdfast.seconds}, by default 120
 *   <li>{@code holdfast.bytes}: the longest body at first, by default 1024; half as much again
 *       every 15 s
 *   <li>{@code holdfast.bytesMax}: the longest body at the end, by default 1048576
 *   <li>{@code holdfast.chainsPerThousand}: users in a thousand that check a name, by default 10
 *   <li>{@code holdfast.largeBytes}: the length of one PUT in a hundred, by default 0, which means
 *       none
 *   <li>{@code holdfast.failuresMax}, by default 1000
 *   <li>{@code holdfast.shareConnections}: true for users that take a connection that another one
 *       has left, as browsers behind a proxy do; by default false, for a connection of their own
 *   <li>{@code holdfast.seed} of everything drawn, by default drawn and printed
 * </ul>
 */
public final class ChallengeTraffic extends Simulation {
  private static final String DO = "do";
  private static final int GETS = 75;
  private static final int MIX = GETS + 2;
  private static final double GROWTH_OF_BYTES = 1.5;
  private static final double SECONDS_A_STEP = 15;

  private final LoadRun run = new LoadRun("ChallengeTraffic");
  private final int nameCount = Options.number("names", 2000);
  private final double fillPerSecond = Options.decimal("fillPerSecond", 200);
  private final int bytes = Options.number("bytes", 1024);
  private final int bytesMax = Options.number("bytesMax", 1 << 20);
  private final int chainsPerThousand = Options.number("chainsPerThousand", 10);
  private final int largeBytes = Options.number("largeBytes", 0);
  private final int failuresMax = Options.number("failuresMax", 1000);
  private final long seed =
      Long.parseLong(Options.text("seed", Long.toString(new Random().nextLong())));
  private final Random random = new Random(seed);
  private final NameSet names = new NameSet(nameCount, new Random(seed + 1));

  /** When the load proper starts. */
  private volatile long startNanos;

  /** Drives the load as the system properties say. */
  public ChallengeTraffic() {
    System.out.println("seed " + seed);
    var growing =
        Schedule.growing(
            Options.decimal("start", 20),
            Options.decimal("growth", 2),
            Options.decimal("ramp", 0),
            Options.number("seconds", 120));
    PopulationBuilder mix =
        run.population(
            "mix",
            growing,
            exec(this::draw)
                .exec(
                    doSwitch("#{" + DO + "}")
                        .on(
                            onCase("GET").then(run.calls.get("GET")),
                            onCase("PUT").then(run.calls.put("PUT")),
                            onCase("DELETE").then(run.calls.delete("DELETE")),
                            onCase("create").then(create(run.calls, "PUT, a new name")),
                            onCase("chain").then(chain()),
                            onCase("large").then(large())))
                .exec(
                    stopLoadGeneratorIf(
                        "too many failures", _ -> run.recorder().all.failed.sum() >= failuresMax)));
    var fill = Schedule.constant(fillPerSecond, (int) Math.ceil(nameCount / fillPerSecond));
    setUp(
            scenario("fill")
                .exec(session -> names.create() ? newName(session) : session)
                .doIf(session -> session.contains(Calls.NAME))
                .then(create(run.setUp, "PUT, filling"))
                .injectOpen(fill.steps())
                .andThen(mix))
        .protocols(
            Options.flag("shareConnections") ? run.protocol().shareConnections() : run.protocol())
        .assertions(run.assertions());
  }

  private Session draw(Session session) {
    if (startNanos == 0) {
      startNanos = System.nanoTime();
    }
    if (random.nextInt(1000) < chainsPerThousand) {
      return newName(session).set(DO, "chain");
    }
    boolean create = names.create();
    int drawn = create ? GETS : random.nextInt(MIX);
    if (drawn == GETS && largeBytes > 0 && random.nextInt(100) == 0) {
      if (create) {
        // A large file is deleted at once, so it does not count among the wanted names.
        names.created("", false);
      }
      return newName(session).set(Calls.BYTES, (long) largeBytes).set(DO, "large");
    }
    if (create) {
      return newName(session).set(DO, "create");
    }
    String request = drawn < GETS ? "GET" : drawn == GETS ? "PUT" : "DELETE";
    Optional<String> name = request.equals("DELETE") ? names.take() : names.any();
    return name.map(existing -> session.set(Calls.NAME, existing).set(Calls.BYTES, length()))
        // The set is empty only as long as the first creations are on their way.
        .orElseGet(() -> newName(session))
        .set(DO, request);
  }

  private Session newName(Session session) {
    return session.set(Calls.NAME, run.name()).set(Calls.BYTES, length());
  }

  private ChainBuilder create(Calls calls, String request) {
    return exec(session -> session.markAsSucceeded())
        .exec(calls.put(request))
        .exec(
            session -> {
              names.created(session.getString(Calls.NAME), !session.isFailed());
              return session;
            });
  }

  private ChainBuilder chain() {
    return exec(run.calls.put("PUT, checked"))
        .exec(run.calls.get("GET, checked"))
        .exec(run.calls.delete("DELETE, checked"))
        .exec(run.calls.get("GET, checked to be gone"));
  }

  private ChainBuilder large() {
    return exec(run.calls.putLarge("PUT, large"))
        .exec(run.calls.getLarge("GET, large"))
        .exec(run.calls.delete("DELETE, large"));
  }

  /** Returns the length of the next body. */
  private long length() {
    double seconds = startNanos == 0 ? 0 : (System.nanoTime() - startNanos) / 1e9;
    double most = bytes * Math.pow(GROWTH_OF_BYTES, Math.floor(seconds / SECONDS_A_STEP));
    int longest = (int) Math.max(1, Math.min(most, bytesMax));
    return Math.min(bytes, longest) + (long) random.nextInt(Math.max(1, longest - bytes + 1));
  }

  @Override
  public void after() {
    run.end();
    if (run.recorder().all.failed.sum() >= failuresMax) {
      System.out.println("it ended at " + failuresMax + " failures");
    }
    System.out.println(Score.of(run.recorder()));
  }
}
