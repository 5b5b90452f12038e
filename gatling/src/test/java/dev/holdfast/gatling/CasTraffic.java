package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Load on the content-addressed store: puts blobs, then gets them for a while at a rate. Every body
 * that comes back has to have the digest in its request.
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.blobs}, by default 300
 *   <li>{@code holdfast.putsPerSecond}, by default 30
 *   <li>{@code holdfast.getsPerSecond}, by default 500
 *   <li>{@code holdfast.seconds} of the GETs, by default 30
 *   <li>{@code holdfast.bytes} of a blob, by default 65536
 *   <li>{@code holdfast.seed} of the blobs, by default drawn and printed
 * </ul>
 */
public final class CasTraffic extends Simulation {
  private static final String DIGEST = "digest";
  private static final String BODY = "body";
  private static final String URL = "/cas/#{" + DIGEST + "}";

  private final LoadRun run = new LoadRun("CasTraffic");
  private final int blobs = Options.number("blobs", 300);
  private final int bytes = Options.number("bytes", 65_536);
  private final long seed = seed();

  /** The digests of the acknowledged blobs. Nothing is known of a blob that was refused. */
  private final List<String> stored = new CopyOnWriteArrayList<>();

  private final AtomicInteger puts = new AtomicInteger();
  private final AtomicInteger gets = new AtomicInteger();

  /** Drives the load as the system properties say. */
  public CasTraffic() {
    double putsPerSecond = Options.decimal("putsPerSecond", 30);
    int putSeconds = (int) Math.ceil(blobs / putsPerSecond);
    double getsPerSecond = Options.decimal("getsPerSecond", 500);
    PopulationBuilder filling =
        run.population("puts", Schedule.constant(blobs / (double) putSeconds, putSeconds), put());
    PopulationBuilder reading =
        run.population(
            "gets", Schedule.constant(getsPerSecond, Options.number("seconds", 30)), get());
    setUp(filling.andThen(reading))
        .protocols(run.protocol().shareConnections())
        .assertions(run.assertions());
  }

  private ChainBuilder put() {
    return exec(this::withBlob)
        .exec(
            run.calls.any(
                "PUT",
                session -> {
                  String digest = session.getString(DIGEST);
                  return Expectation.stored(() -> stored.add(digest));
                },
                http("PUT").put(URL).body(ByteArrayBody("#{" + BODY + "}"))));
  }

  private ChainBuilder get() {
    return doIf(_ -> !stored.isEmpty())
        .then(
            exec(session -> session.set(DIGEST, nextStored()))
                .exec(
                    run.calls.any(
                        "GET",
                        session -> Expectation.digest(session.getString(DIGEST)),
                        http("GET").get(URL))));
  }

  private String nextStored() {
    return stored.get(gets.getAndIncrement() % stored.size());
  }

  private Session withBlob(Session session) {
    int index = puts.getAndIncrement() % blobs;
    byte[] body = new byte[bytes];
    new Random(seed + index).nextBytes(body);
    return session.set(DIGEST, sha256(body)).set(BODY, body);
  }

  static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  private static long seed() {
    long seed = Long.getLong("holdfast.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    return seed;
  }

  @Override
  public void after() {
    run.end();
  }
}
