package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.bodyBytes;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;

/**
 * What a front must do for one user after the other, a little faster every second: a file that was
 * put is read back with the same bytes, twice, and is gone once it is deleted. Any request that is
 * answered otherwise fails the run.
 *
 * <p>System properties: {@code holdfast.url}, the front, by default {@code http://127.0.0.1:8080};
 * {@code holdfast.seconds}, how long users come, by default 20; {@code holdfast.usersPerSecond},
 * how many a second at the end, by default 10; {@code holdfast.seed} of the bodies, by default
 * drawn and printed.
 */
public final class FrontSmoke extends Simulation {
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

  private final String url = System.getProperty("holdfast.url", "http://127.0.0.1:8080");
  private final int seconds = Integer.getInteger("holdfast.seconds", 20);
  private final int usersPerSecond = Integer.getInteger("holdfast.usersPerSecond", 10);
  private final long seed = Long.getLong("holdfast.seed", new Random().nextLong());

  private final HttpProtocolBuilder front =
      http.baseUrl(url + "/api/fileserver").disableCaching().disableFollowRedirect();

  private final ChainBuilder put =
      exec(
          http("PUT")
              .put("/#{name}")
              .requestTimeout(REQUEST_TIMEOUT)
              .body(ByteArrayBody("#{body}"))
              .check(status().is(201)));

  private final ChainBuilder get =
      exec(
          http("GET, the same bytes")
              .get("/#{name}")
              .requestTimeout(REQUEST_TIMEOUT)
              .check(status().is(200))
              .check(bodyBytes().is(session -> session.<byte[]>get("body"))));

  private final ChainBuilder delete =
      exec(
          http("DELETE")
              .delete("/#{name}")
              .requestTimeout(REQUEST_TIMEOUT)
              .check(status().is(200)));

  private final ChainBuilder getGone =
      exec(
          http("GET, gone")
              .get("/#{name}")
              .requestTimeout(REQUEST_TIMEOUT)
              .check(status().is(404)));

  private final ScenarioBuilder consistency =
      scenario("a file from PUT to gone")
          .exec(session -> withFile(session))
          .exec(put, get, get, delete, getGone);

  /** Users come in the open model: a front that is slow gets no rest. */
  public FrontSmoke() {
    System.out.println("seed " + seed);
    setUp(
            consistency.injectOpen(
                rampUsersPerSec(1).to(usersPerSecond).during(Duration.ofSeconds(seconds))))
        .protocols(front)
        .assertions(
            global().failedRequests().count().is(0L), global().allRequests().count().gt(0L));
  }

  private Session withFile(Session session) {
    var random = new Random(seed + session.userId());
    byte[] body = new byte[random.nextInt(BODY_BYTES_MAX)];
    random.nextBytes(body);
    return session.set("name", "smoke-" + UUID.randomUUID()).set("body", body);
  }
}
