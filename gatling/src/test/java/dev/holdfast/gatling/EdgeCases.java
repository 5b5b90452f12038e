package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.InputStreamBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Set;

/**
 * Requests that HTTP allows and few clients send. Each user sends all of these with names of its
 * own:
 *
 * <ul>
 *   <li>empty bodies and bodies without a length;
 *   <li>names with any characters, and one name in two spellings;
 *   <li>ranges, conditions and other methods;
 *   <li>requests that have to be refused.
 * </ul>
 *
 * <p>System properties, besides those of {@link LoadRun}:
 *
 * <ul>
 *   <li>{@code holdfast.seconds}, by default 20
 *   <li>{@code holdfast.usersPerSecond}, by default 2
 * </ul>
 */
public final class EdgeCases extends Simulation {
  private static final String FILES = "/api/fileserver/";
  private static final byte[] BYTES = "0123456789".getBytes(US_ASCII);
  private static final byte[] OTHER_BYTES = "other bytes".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  private final LoadRun run = new LoadRun("EdgeCases");

  /** Drives the load as the system properties say. */
  public EdgeCases() {
    var schedule =
        Schedule.constant(Options.decimal("usersPerSecond", 2), Options.number("seconds", 20));
    setUp(run.population("edge cases", schedule, run.withName(BYTES.length, all())))
        .protocols(run.protocol())
        .assertions(run.assertions());
  }

  private ChainBuilder all() {
    return exec(bodies()).exec(names()).exec(readers()).exec(conditions()).exec(refusals());
  }

  private ChainBuilder bodies() {
    return exec(putAndGet("empty body", "-empty", NOTHING))
        .exec(putAndGet("one byte", "-one", new byte[] {0}))
        .exec(put("overwrite", "-one", BYTES))
        .exec(get("overwritten", "-one", BYTES))
        .exec(
            oneOf(
                "PUT without a length",
                http("PUT without a length")
                    .put(url("-chunked"))
                    .body(InputStreamBody(_ -> new ByteArrayInputStream(BYTES))),
                201))
        .exec(get("put without a length", "-chunked", BYTES))
        .exec(delete("-chunked"))
        .exec(gone("deleted", "-chunked"))
        .exec(delete("-chunked"))
        .exec(gone("never written", "-never"));
  }

  private ChainBuilder names() {
    return exec(putAndGet("space and é", "%20%C3%A9", BYTES))
        .exec(putAndGet("slash", "/%2F/a", BYTES))
        .exec(putAndGet("question mark and hash", "%3F%23", BYTES))
        .exec(putAndGet("percent", "%25", BYTES))
        .exec(putAndGet("plus and tilde", "+~", BYTES))
        .exec(putAndGet("not UTF-8", "%FF%FE", BYTES))
        .exec(putAndGet("200 bytes", "x".repeat(170), BYTES))
        .exec(put("two spellings", "-%73pelt", BYTES))
        .exec(get("two spellings", "-spelt", BYTES));
  }

  private ChainBuilder readers() {
    return exec(oneOf("HEAD", http("HEAD").head(url("-one")).check(lengthIs(BYTES.length)), 200))
        .exec(
            exactly(
                "first bytes",
                http("GET, first bytes").get(url("-one")).header("Range", "bytes=0-3"),
                206,
                Arrays.copyOf(BYTES, 4)))
        .exec(
            exactly(
                "last bytes",
                http("GET, last bytes").get(url("-one")).header("Range", "bytes=-2"),
                206,
                Arrays.copyOfRange(BYTES, BYTES.length - 2, BYTES.length)))
        .exec(
            oneOf(
                "range past the end",
                http("GET, range past the end").get(url("-one")).header("Range", "bytes=99-"),
                416));
  }

  private ChainBuilder conditions() {
    return exec(exactly(
            "its tag",
            http("GET, its tag").get(url("-one")).check(header("ETag").saveAs("tag")),
            200,
            BYTES))
        .exec(
            oneOf(
                "not changed",
                http("GET, not changed").get(url("-one")).header("If-None-Match", "#{tag}"),
                304))
        .exec(
            oneOf(
                "PUT, if it were another",
                http("PUT, if it were another")
                    .put(url("-one"))
                    .header("If-Match", "\"another\"")
                    .body(ByteArrayBody(OTHER_BYTES)),
                412))
        .exec(
            oneOf(
                "PUT, if it were not there",
                http("PUT, if it were not there")
                    .put(url("-one"))
                    .header("If-None-Match", "*")
                    .body(ByteArrayBody(OTHER_BYTES)),
                412))
        .exec(get("not overwritten", "-one", BYTES))
        .exec(
            oneOf(
                "PUT, if it is the same",
                http("PUT, if it is the same")
                    .put(url("-one"))
                    .header("If-Match", "#{tag}")
                    .body(ByteArrayBody(OTHER_BYTES)),
                201))
        .exec(get("overwritten on condition", "-one", OTHER_BYTES));
  }

  private ChainBuilder refusals() {
    return exec(oneOf("OPTIONS", http("OPTIONS").options(url("-one")), 204))
        .exec(oneOf("POST", http("POST").post(url("-one")).body(ByteArrayBody(BYTES)), 405))
        .exec(get("after a POST", "-one", OTHER_BYTES))
        .exec(oneOf("no name", http("GET, no name").get(FILES), 400))
        .exec(oneOf("broken percent", http("GET, broken percent").get(url("%zz")), 400))
        .exec(oneOf("too long", http("GET, too long").get(url("x".repeat(300))), 414));
  }

  private ChainBuilder putAndGet(String what, String suffix, byte[] bytes) {
    return exec(put(what, suffix, bytes)).exec(get(what, suffix, bytes));
  }

  private ChainBuilder put(String what, String suffix, byte[] bytes) {
    String request = "PUT, " + what;
    return oneOf(request, http(request).put(url(suffix)).body(ByteArrayBody(bytes)), 201);
  }

  private ChainBuilder get(String what, String suffix, byte[] bytes) {
    String request = "GET, " + what;
    return exactly(request, http(request).get(url(suffix)), 200, bytes);
  }

  private ChainBuilder gone(String what, String suffix) {
    String request = "GET, " + what;
    return run.calls.any(request, _ -> Expectation.absent(), http(request).get(url(suffix)));
  }

  private ChainBuilder delete(String suffix) {
    return oneOf("DELETE", http("DELETE").delete(url(suffix)), 200);
  }

  private ChainBuilder oneOf(String request, HttpRequestActionBuilder definition, int status) {
    return run.calls.any(request, _ -> Expectation.oneOf(Set.of(status)), definition);
  }

  private ChainBuilder exactly(
      String request, HttpRequestActionBuilder definition, int status, byte[] bytes) {
    return run.calls.any(request, _ -> Expectation.exactly(status, bytes), definition);
  }

  private static CheckBuilder lengthIs(int bytes) {
    return header("Content-Length").is(Integer.toString(bytes));
  }

  private static String url(String suffix) {
    return FILES + "#{" + Calls.NAME + "}" + suffix;
  }

  @Override
  public void after() {
    run.end();
  }
}
