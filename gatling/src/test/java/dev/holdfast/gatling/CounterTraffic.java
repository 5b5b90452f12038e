package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.doIfOrElse;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.foreach;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.http.HttpDsl.http;

import dev.holdfast.testkit.CounterHistory;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Increments and reads of a few counters at many actors at once, with checked histories. Each URL
 * is an actor; all of them are one configuration, which does not change meanwhile.
 *
 * <p>The run ends by the number of its requests. At its end every actor is asked for every counter.
 * {@link CounterHistory} decides whether all answers fit together; if they do not, that is invalid
 * data. So is an acknowledged increment that is missing at an actor at the end, and a refused one
 * that was counted.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.names}: counters, by default 10
 *   <li>{@code holdfast.users}, who never pause, by default 40
 *   <li>{@code holdfast.requestsEach}: requests of a user, by default 100
 *   <li>{@code holdfast.addsPerHundred}: increments in a hundred requests, by default 50
 *   <li>{@code holdfast.valuesPerHundred}: local reads in a hundred requests, by default 25; all
 *       others are consistent reads
 *   <li>{@code holdfast.mayRestart}: true if actors are restarted meanwhile, which may then know
 *       less than before
 *   <li>{@code holdfast.endSecondsMax}: how long the actors have at the end to learn of all
 *       increments, by default 60: a bound against hanging
 *   <li>{@code holdfast.seed} of the mix, by default drawn and printed
 * </ul>
 */
public final class CounterTraffic extends Simulation {
  /** A larger increment would not fit in the body of a request. */
  private static final int ADDS_PER_NAME_MAX = 3_000;

  private static final String ACTOR = "actor";
  private static final String AMOUNT = "amount";
  private static final String KIND = "kind";
  private static final String EXPECTATION = "expectation";
  private static final String RANDOM = "random";
  private static final String COUNTER = "#{" + ACTOR + "}/counter/#{" + Calls.NAME + "}";

  private final LoadRun run = new LoadRun("CounterTraffic");
  private final int users = Options.number("users", 40);
  private final int requestsEach = Options.number("requestsEach", 100);
  private final int addsPerHundred = Options.number("addsPerHundred", 50);
  private final int valuesPerHundred = Options.number("valuesPerHundred", 25);
  private final long endNanosMax = TimeUnit.SECONDS.toNanos(Options.number("endSecondsMax", 60));
  private final long seed = seed();
  private final CounterHistories histories =
      new CounterHistories(
          IntStream.range(0, Options.number("names", 10)).mapToObj(_ -> run.name()).toList(),
          Options.flag("mayRestart"));
  private final AtomicInteger adds = new AtomicInteger();
  private volatile long endBegunNanos;

  /** Drives the load as the system properties say. */
  public CounterTraffic() {
    int names = histories.names().size();
    if (names == 0 || (long) users * requestsEach > (long) ADDS_PER_NAME_MAX * names) {
      throw new IllegalArgumentException(
          "at most %d requests for each of the names".formatted(ADDS_PER_NAME_MAX));
    }
    setUp(
            run.closed("traffic", users, repeat(requestsEach).on(exec(request())))
                .andThen(run.closed("the end", 1, end())))
        .protocols(run.protocol().shareConnections())
        .assertions(run.assertions());
  }

  /** Returns a request of a random kind, at a random actor. */
  private ChainBuilder request() {
    return exec(this::draw)
        .exec(
            doIfOrElse(session -> session.getInt(KIND) < addsPerHundred)
                .then(add())
                .orElse(
                    doIfOrElse(session -> session.getInt(KIND) < addsPerHundred + valuesPerHundred)
                        .then(value("value"))
                        .orElse(consistentValue("consistent value"))));
  }

  private Session draw(Session session) {
    Random random =
        session.contains(RANDOM) ? session.get(RANDOM) : new Random(seed + session.userId());
    List<String> names = histories.names();
    int kind = random.nextInt(100);
    // In turn, so that no counter gets more than fit in a body.
    int name = kind < addsPerHundred ? adds.getAndIncrement() : random.nextInt(names.size());
    return session
        .set(RANDOM, random)
        .set(KIND, kind)
        .set(ACTOR, run.urls().get(random.nextInt(run.urls().size())))
        .set(Calls.NAME, names.get(name % names.size()));
  }

  private ChainBuilder add() {
    return exec(session -> {
          CounterHistory history = histories.of(session.getString(Calls.NAME));
          CounterHistory.Op op = history.beginAdd(session.getString(ACTOR));
          return session
              .set(AMOUNT, CounterHistory.amount(op).toString())
              .set(EXPECTATION, CounterExpectation.added(history, op));
        })
        .exec(
            run.calls.any(
                "increment",
                session -> session.get(EXPECTATION),
                http("increment").post(COUNTER).body(StringBody("#{" + AMOUNT + "}"))));
  }

  private ChainBuilder value(String request) {
    return run.calls.any(
        request,
        session -> {
          CounterHistory history = histories.of(session.getString(Calls.NAME));
          return CounterExpectation.known(history, history.beginRead(session.getString(ACTOR)));
        },
        http(request).get(COUNTER + "/value"));
  }

  private ChainBuilder consistentValue(String request) {
    return run.calls.any(
        request,
        session -> {
          CounterHistory history = histories.of(session.getString(Calls.NAME));
          return CounterExpectation.exact(history, history.beginRead(session.getString(ACTOR)));
        },
        http(request).get(COUNTER + "/consistent_value"));
  }

  /** Asks every actor for every counter, until it knows all that was acknowledged. */
  private ChainBuilder end() {
    return exec(session -> {
          endBegunNanos = System.nanoTime();
          return session;
        })
        .exec(
            foreach(run.urls(), ACTOR)
                .on(
                    foreach(histories.names(), Calls.NAME)
                        .on(
                            exec(consistentValue("consistent value, at the end"))
                                .exec(value("value, at the end"))
                                .exec(
                                    asLongAs(this::isBehind)
                                        .on(
                                            pause(Duration.ofMillis(20))
                                                .exec(value("value, at the end")))))));
  }

  private boolean isBehind(Session session) {
    return System.nanoTime() - endBegunNanos < endNanosMax
        && histories.of(session.getString(Calls.NAME)).lacks(session.getString(ACTOR)).signum()
            != 0;
  }

  private static long seed() {
    String given = Options.text("seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println("seed " + seed);
    return seed;
  }

  @Override
  public void after() {
    histories.wrong(run.urls()).forEach(run.recorder()::wrong);
    run.end();
  }
}
