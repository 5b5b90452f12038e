package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * PUTs of 1 KB at a constant rate, each of another name, in the open model: latency counts from the
 * moment at which a request was due. An option adds GETs of names that nobody has written; each
 * costs a request of the file server. Another option lets the rate grow to the full one first.
 * Requests of that time are counted on their own.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code holdfast.url}: one address or several, comma separated, by default {@code
 *       http://127.0.0.1:8080}
 *   <li>{@code holdfast.seconds} at the full rate, by default 30
 *   <li>{@code holdfast.rampSeconds} before them, by default 0
 *   <li>{@code holdfast.putsPerSecond}, by default 500
 *   <li>{@code holdfast.missesPerSecond}, by default 0
 *   <li>{@code holdfast.putP99MsMax} and {@code holdfast.missMsMax}: the bounds of the PUTs' 99th
 *       percentile and of the slowest such GET, by default a minute
 *   <li>{@code holdfast.mayFail}: true if the run is about failures
 * </ul>
 */
public final class AcknowledgedWrites extends Simulation {
  private static final String PUT = "PUT";
  private static final String MISS = "GET, a miss";
  private static final int BODY_BYTES = 1024;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

  /** Makes the names of this run different from those of another. */
  private final String run = UUID.randomUUID().toString();

  private final List<String> urls =
      List.of(Options.text("url", "http://127.0.0.1:8080").split(",", -1));
  private final int seconds = Options.number("seconds", 30);
  private final int putsPerSecond = Options.number("putsPerSecond", 500);
  private final int missesPerSecond = Options.number("missesPerSecond", 0);
  private final int rampSeconds = Options.number("rampSeconds", 0);
  private final int putP99MsMax = Options.number("putP99MsMax", 60_000);
  private final int missMsMax = Options.number("missMsMax", 60_000);
  private final boolean mayFail = Options.flag("mayFail");

  private final HttpProtocolBuilder protocol =
      http.baseUrls(urls).disableCaching().disableFollowRedirect().shareConnections();

  /** Drives the load as the system properties say. */
  public AcknowledgedWrites() {
    var populations = new ArrayList<PopulationBuilder>();
    var assertions = new ArrayList<Assertion>();
    PopulationBuilder puts = puts(PUT, constantUsersPerSec(putsPerSecond).during(full()));
    populations.add(
        rampSeconds == 0
            ? puts
            : puts(
                    "PUT, growing",
                    rampUsersPerSec(1).to(putsPerSecond).during(Duration.ofSeconds(rampSeconds)))
                .andThen(puts));
    // The assertions print the values that count.
    assertions.add(details(PUT).responseTime().percentile(50).lt(putP99MsMax));
    assertions.add(details(PUT).responseTime().percentile(99).lt(putP99MsMax));
    assertions.add(details(PUT).responseTime().max().lt(60_000));
    if (missesPerSecond > 0) {
      populations.add(
          scenario("misses")
              .exec(AcknowledgedWrites::withBody)
              .exec(
                  http(MISS)
                      .get("/api/fileserver/miss-" + run + "-#{id}")
                      .requestTimeout(REQUEST_TIMEOUT)
                      .check(status().is(404)))
              .injectOpen(
                  nothingFor(Duration.ofSeconds(rampSeconds)),
                  constantUsersPerSec(missesPerSecond).during(full())));
      assertions.add(details(MISS).failedRequests().count().is(0L));
      assertions.add(details(MISS).responseTime().max().lt(missMsMax));
    }
    assertions.add(global().allRequests().count().gt(0L));
    if (!mayFail) {
      assertions.add(global().failedRequests().count().is(0L));
    }
    Options.requireKnown();
    setUp(populations).protocols(protocol).assertions(assertions);
  }

  private PopulationBuilder puts(String request, OpenInjectionStep rate) {
    return scenario(request)
        .exec(AcknowledgedWrites::withBody)
        .exec(
            http(request)
                .put("/api/fileserver/w-" + run + "-#{id}")
                .requestTimeout(REQUEST_TIMEOUT)
                .body(ByteArrayBody("#{body}"))
                .check(status().is(201)))
        .injectOpen(rate);
  }

  private Duration full() {
    return Duration.ofSeconds(seconds);
  }

  private static Session withBody(Session session) {
    var body = new byte[BODY_BYTES];
    new Random(session.userId()).nextBytes(body);
    return session.set("id", session.userId()).set("body", body);
  }
}
