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
 * The load of the challenge: a set of names is filled by creations; then come 75 GETs to one PUT to
 * one DELETE of existing names, faster every second, with bodies that grow; what is deleted is
 * created anew under another name. Some users check a name from PUT to gone. It ends when the time
 * is up, or at a number of failures, and prints the score.
 *
 * <p>System properties, besides those of {@link LoadRun}: {@code holdfast.names}, by default 2000,
 * filled at {@code holdfast.fillPerSecond}, by default 200, which the score does not count; {@code
 * holdfast.start}, requests a second at first, by default 20; {@code holdfast.growth}, how much
 * more each second, by default 2; {@code holdfast.ramp}, how much more that is each minute, by
 * default 0; {@code holdfast.seconds}, by default 120; {@code holdfast.bytes}, the longest body at
 * first, by default 1024, half as much again every 15 s up to {@code holdfast.bytesMax}, by default
 * 1048576; {@code holdfast.chainsPerThousand} users, by default 10; {@code holdfast.largeBytes},
 * the length of one PUT in a hundred, by default 0, which is none; {@code holdfast.failuresMax}, by
 * default 1000; {@code holdfast.shareConnections}, by default false, for users that take a
 * connection that another one has left, as browsers behind a proxy do, instead of one of their own;
 * {@code holdfast.seed} of what is drawn, by default drawn and printed.
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
        // A large file goes again at once, so this is none of the names that there are to be.
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
        // There is none only as long as the first creations are on their way.
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

  /** Of a body that is put now. */
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
