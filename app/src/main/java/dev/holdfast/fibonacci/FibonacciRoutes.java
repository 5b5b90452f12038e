package dev.holdfast.fibonacci;

import dev.holdfast.disk.Ownership;
import dev.holdfast.fibonacci.SequenceOwner.Locked;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Misdirected;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.http.QuickRequest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The Fibonacci service over HTTP. Status codes are decided here.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FibonacciRoutes {
  /** The key that nginx hashes to find the owner, in place of a name. */
  public static final String RING_KEY = "/fibonacci";

  /**
   * The path that nginx asks for {@code /health} of this service. The chassis has {@code /health}
   * for the sidecar.
   */
  static final String HEALTH = "/fibonacci/health";

  private static final String CURRENT = "/current";
  private static final String NEXT = "/next";
  private static final String PREVIOUS = "/previous";

  private static final String JSON = "application/json";
  private static final String READ = "GET, HEAD, OPTIONS";
  private static final String ADVANCE = "GET, OPTIONS, POST";
  private static final Set<String> METHODS_OF_NEXT = Set.of("GET", "OPTIONS", "POST");
  private static final byte[] HEALTHY =
      "{\"status\": \"healthy\"}".getBytes(StandardCharsets.US_ASCII);

  /** The longest body that is read and ignored. It says nothing here. */
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private final Supplier<Ownership<Locked>> ownership;
  private final Supplier<Ownership<Locked>> known;
  private final BooleanSupplier ready;

  /**
   * @param ownership is asked for each request, and may wait for a disk
   * @param known returns the same, as far as it is known without waiting
   * @param ready returns true if the process is ready
   */
  FibonacciRoutes(
      Supplier<Ownership<Locked>> ownership,
      Supplier<Ownership<Locked>> known,
      BooleanSupplier ready) {
    this.ownership = ownership;
    this.known = known;
    this.ready = ready;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    addRead(routes, CURRENT, FibonacciRoutes::current);
    addRead(routes, PREVIOUS, FibonacciRoutes::previous);
    Pages.add(routes, HEALTH, this::health);
    routes.options(HEALTH, ctx -> Pages.options(ctx, READ));
    // Javalin takes HEAD for a method of every GET route. It would answer HEAD 200, and list it
    // when it refuses other methods. It would also list handlers of refused methods.
    routes.before(NEXT, FibonacciRoutes::requireMethodOfNext);
    routes.get(NEXT, this::next);
    routes.post(NEXT, this::next);
    routes.options(NEXT, ctx -> Pages.options(ctx, ADVANCE));
  }

  /**
   * Answers a request that needs no thread of its own. Returns false for all others, which go to
   * their routes.
   */
  public boolean answer(QuickRequest request) {
    return request.method().equals("GET")
        && known.get() instanceof Ownership.Here<Locked> here
        && answer(request, here.state().sequence());
  }

  private static boolean answer(QuickRequest request, Sequence sequence) {
    return switch (request.path()) {
      case CURRENT -> answer(request, sequence.glance(), FibonacciRoutes::current);
      case PREVIOUS -> answer(request, sequence.glance(), FibonacciRoutes::previous);
      case NEXT -> {
        sequence.ask(outcome -> answer(request, outcome));
        yield true;
      }
      default -> false;
    };
  }

  private static boolean answer(
      QuickRequest request, Optional<State> known, Function<State, byte[]> body) {
    known.ifPresent(state -> send(request, body.apply(state)));
    return known.isPresent();
  }

  private static byte[] current(State state) {
    return state.current().current();
  }

  private static byte[] previous(State state) {
    return state.previous().previous();
  }

  private static void answer(QuickRequest request, NextOutcome outcome) {
    switch (outcome) {
      case NextOutcome.Advanced advanced -> send(request, advanced.number().next());
      case NextOutcome.AtBound _, NextOutcome.NotWritten _, NextOutcome.TooManyWait _ ->
          request.answer(refusal(outcome));
    }
  }

  private static void send(QuickRequest request, byte[] body) {
    request.notStored().answer(JSON, body);
  }

  private void addRead(RoutesConfig routes, String path, Function<State, byte[]> body) {
    Pages.add(routes, path, ctx -> send(ctx, body.apply(state(ctx))));
    routes.options(path, ctx -> Pages.options(ctx, READ));
  }

  private State state(Context ctx) {
    return sequence(ctx)
        .state()
        .orElseThrow(
            () ->
                Problem.unavailable("the disk neither shows the new position nor hides the old one")
                    .asException());
  }

  private void next(Context ctx) throws IOException {
    Sequence sequence = sequence(ctx);
    dropBody(ctx);
    NextOutcome outcome = sequence.next();
    switch (outcome) {
      case NextOutcome.Advanced advanced -> send(ctx, advanced.number().next());
      case NextOutcome.AtBound _, NextOutcome.NotWritten _, NextOutcome.TooManyWait _ ->
          throw refusal(outcome).asException();
    }
  }

  private static Problem refusal(NextOutcome outcome) {
    return switch (outcome) {
      case NextOutcome.Advanced _ -> throw new IllegalStateException("it has advanced");
      case NextOutcome.AtBound bound ->
          Problem.of(
              409,
              "the sequence is at position "
                  + bound.position()
                  + ", the last one that this service goes to; nothing was changed");
      case NextOutcome.NotWritten _ ->
          Problem.unavailable("the disk did not take the new position; no number was handed out");
      case NextOutcome.TooManyWait _ ->
          Problem.unavailable("too many requests wait for the disk; nothing was changed");
    };
  }

  private void health(Context ctx) throws IOException {
    Sequence _ = sequence(ctx);
    if (!ready.getAsBoolean()) {
      throw Problem.unavailable("not ready: just starting or stopping").asException();
    }
    send(ctx, HEALTHY);
  }

  private Sequence sequence(Context ctx) {
    return switch (ownership.get()) {
      case Ownership.Here<Locked> here -> here.state().sequence();
      case Ownership.Elsewhere<Locked> _ ->
          throw Misdirected.of(Exchange.of(ctx), "the sequence").asException();
      case Ownership.Unusable<Locked> unusable ->
          throw Problem.unavailable(unusable.detail()).asException();
    };
  }

  /**
   * Reads and drops the body before anything is changed. So a request that breaks off changes
   * nothing.
   */
  private static void dropBody(Context ctx) throws IOException {
    if (ctx.req().getContentLengthLong() == 0
        || (ctx.req().getContentLengthLong() < 0 && ctx.header("Transfer-Encoding") == null)) {
      return;
    }
    if (ctx.req().getContentLengthLong() > BODY_BYTES_MAX
        || ctx.req().getInputStream().readNBytes(BODY_BYTES_MAX + 1).length > BODY_BYTES_MAX) {
      throw Problem.of(413, "a body of more than " + BODY_BYTES_MAX + " bytes; none is needed here")
          .asException();
    }
  }

  /** Sends a shared body in one write. */
  private static void send(Context ctx, byte[] body) throws IOException {
    ctx.res().setHeader("Cache-Control", "no-store");
    Pages.answer(ctx, JSON, body);
  }

  private static void requireMethodOfNext(Context ctx) {
    if (!METHODS_OF_NEXT.contains(ctx.req().getMethod())) {
      throw Problem.of(405, "only GET and POST advance the sequence; nothing was changed")
          .with("Allow", ADVANCE)
          .asException();
    }
  }
}
