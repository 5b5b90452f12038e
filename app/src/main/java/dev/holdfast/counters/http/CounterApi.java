package dev.holdfast.counters.http;

import dev.holdfast.counters.Actor;
import dev.holdfast.counters.AddOutcome;
import dev.holdfast.counters.Address;
import dev.holdfast.counters.ConfigureOutcome;
import dev.holdfast.counters.Counter;
import dev.holdfast.counters.CounterName;
import dev.holdfast.counters.ReadOutcome;
import dev.holdfast.http.Effect;
import dev.holdfast.http.Problem;
import dev.holdfast.http.ProblemException;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.PercentEncoding;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of clients. Each has its body whole, and gets its response once: at once, or from
 * the actor on any thread.
 *
 * <p>Threading: may be used from any number of threads. No method waits.
 */
final class CounterApi {
  private static final Logger log = LoggerFactory.getLogger(CounterApi.class);

  /** The header of a request that may come again. */
  static final String KEY_HEADER = "Idempotency-Key";

  /** The header that names actors whose counts may be missing. */
  static final String UNCONFIRMED_HEADER = "Counter-Unconfirmed";

  /** The port of an address that names none. */
  static final int PORT = 7777;

  /** Names and values in one page, at most and if nothing is said. */
  static final int PAGE_MAX = 1_000;

  /**
   * About the bytes of one page, at most. A page that has them ends early, and says where to go on.
   */
  static final int PAGE_BYTES_MAX = 256 * 1024;

  /** Quotes, colon and comma. */
  private static final int AROUND_BYTES = 4;

  private final Actor actor;
  private final CountersConfig config;

  CounterApi(Actor actor, CountersConfig config) {
    this.actor = actor;
    this.config = config;
  }

  /** {@code POST} to a counter, to all counters or to the configuration. */
  void post(CounterTarget target, Optional<String> key, byte[] body, Consumer<Response> then) {
    guard(
        then,
        () -> {
          switch (target.kind()) {
            case COUNTER -> add(Map.of(target.name(), Amounts.parse(body)), key, then);
            case COUNTERS -> add(CounterJson.amounts(body), key, then);
            case CONFIG -> configure(body, then);
            case VALUE, CONSISTENT_VALUE, PEER ->
                throw new IllegalArgumentException("no POST of clients: " + target);
          }
        });
  }

  /**
   * {@code GET} of a counter or of all counters.
   *
   * @param query as the client wrote it, empty if there is none
   */
  void get(CounterTarget target, String query, Consumer<Response> then) {
    guard(
        then,
        () -> {
          switch (target.kind()) {
            case COUNTER -> then.accept(Response.json(CounterView.of(actor, target.name())));
            case VALUE -> then.accept(Response.text(actor.value(target.name()).toString()));
            case CONSISTENT_VALUE ->
                actor.read(
                    target.name(),
                    config.readDeadlineMs(),
                    outcome -> then.accept(response(outcome)));
            case COUNTERS -> then.accept(page(query));
            case CONFIG, PEER -> throw new IllegalArgumentException("no GET: " + target);
          }
        });
  }

  private static void guard(Consumer<Response> then, Runnable request) {
    try {
      request.run();
    } catch (ProblemException refused) {
      then.accept(new Response.Failed(refused.problem()));
    }
  }

  private void add(
      Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<Response> then) {
    if (key.isPresent() && (key.get().isEmpty() || key.get().length() > Actor.KEY_CHARACTERS_MAX)) {
      throw Problem.of(
              400, KEY_HEADER + " has to have 1 to " + Actor.KEY_CHARACTERS_MAX + " characters")
          .asException();
    }
    actor.add(amounts, key, outcome -> then.accept(response(outcome)));
  }

  private void configure(byte[] body, Consumer<Response> then) {
    CounterJson.Posted posted = CounterJson.configuration(body, PORT);
    List<String> warnings = ListedAddresses.warnings(posted.actors());
    warnings.forEach(warning -> log.warn("{}", warning));
    actor.configure(
        posted.actors(), posted.forget(), outcome -> then.accept(response(outcome, warnings)));
  }

  private Response page(String query) {
    var asked = QueryParameters.of(query);
    int limit = asked.first("limit").map(CounterApi::limit).orElse(PAGE_MAX);
    Optional<CounterName> after = asked.first("after").map(CounterTarget::name);
    byte[] prefix = asked.first("prefix").map(CounterApi::bytes).orElse(new byte[0]);
    List<Counter> page = actor.page(prefix, after, limit + 1);
    int fitting = Math.min(limit, fitting(page));
    return Response.json(CounterJson.page(page.subList(0, fitting), page.size() > fitting));
  }

  /** Returns how many of the counters make a page of {@link #PAGE_BYTES_MAX}: one in any case. */
  private static int fitting(List<Counter> counters) {
    long bytes = 0;
    int count = 0;
    for (Counter counter : counters) {
      long digits = counter.total().bitLength() * 3L / 10 + 1; // log10(2) is just above 0.3
      bytes += counter.name().spelledLength() + digits + AROUND_BYTES;
      if (bytes > PAGE_BYTES_MAX && count > 0) {
        break;
      }
      count++;
    }
    return count;
  }

  private static int limit(String text) {
    if (!text.matches("[0-9]{1,4}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > PAGE_MAX) {
      throw Problem.of(400, "limit has to be 1 to " + PAGE_MAX).asException();
    }
    return Integer.parseInt(text);
  }

  private static byte[] bytes(String encoded) {
    try {
      return PercentEncoding.decode(encoded);
    } catch (BadNameException e) {
      throw Problem.of(400, "prefix: " + e.getMessage()).asException();
    }
  }

  private static Response response(AddOutcome outcome) {
    return switch (outcome) {
      case AddOutcome.Counted _ -> Response.text("");
      case AddOutcome.NotCounted(String detail) -> new Response.Failed(Problem.unavailable(detail));
      case AddOutcome.Unknown(String detail) ->
          new Response.Failed(Problem.of(500, detail).with(Effect.UNKNOWN));
      case AddOutcome.KeyReused _ ->
          new Response.Failed(Problem.of(422, "the key was used for another amount"));
    };
  }

  private static Response response(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Exact(BigInteger value, List<Address> unconfirmed) -> {
        Response.Ok ok = Response.text(value.toString());
        yield unconfirmed.isEmpty() ? ok : ok.with(UNCONFIRMED_HEADER, joined(unconfirmed));
      }
      case ReadOutcome.Unavailable(String detail, List<Address> _, BigInteger atLeast) ->
          new Response.Failed(Problem.unavailable(detail + "; the value is at least " + atLeast));
    };
  }

  private static String joined(List<Address> addresses) {
    return addresses.stream().map(Address::toString).collect(Collectors.joining(", "));
  }

  private static Response response(ConfigureOutcome outcome, List<String> warnings) {
    return switch (outcome) {
      case ConfigureOutcome.Configured configured ->
          Response.json(CounterJson.configured(configured, warnings));
      case ConfigureOutcome.NotStored(String detail) ->
          new Response.Failed(Problem.unavailable(detail));
      case ConfigureOutcome.Full _ ->
          new Response.Failed(
              Problem.of(
                  409,
                  "the configuration has no room for further actors: name addresses in forget whose"
                      + " former actors do not come back; /status has them as unconfirmed"));
      case ConfigureOutcome.Unknown _ ->
          new Response.Failed(
              Problem.of(500, "the disk failed; the configuration may be in force after a start")
                  .with(Effect.UNKNOWN));
    };
  }
}
