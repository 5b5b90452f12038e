package dev.holdfast.counters.http;

import dev.holdfast.counters.Actor;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.MalformedException;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.http.ProblemException;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.http.RequestBody;
import dev.holdfast.http.RequestPlace;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The counters over HTTP. Status codes are decided here and in the classes beside it.
 *
 * <p>Nearly all requests are answered without a thread of their own ({@link #answer}), also those
 * that wait for a disk or for other actors. The others come on their routes: HEAD and OPTIONS, long
 * or chunked bodies, and pages of counters.
 *
 * <p>Messages between actors have room of their own, which no request of a client takes. So actors
 * that are full of reads still answer each other.
 *
 * <p>Threading: may be used from any number of threads. No answer is sent under the lock of the
 * actor: {@link PromptReply} and {@link AnswerThread} send those that come from it.
 */
public final class CounterRoutes implements AutoCloseable {
  /** Reads that wait for other actors, at once at most. */
  static final int READS_MAX = 4_096;

  /** POSTs of clients at once, at most. */
  static final int POSTS_MAX = 8_192;

  /** The bytes of their bodies, at most. The longest body fits when there is no other one. */
  static final int POST_BYTES_MAX = 8 * 1024 * 1024;

  /** The longest body of a POST of a client, in bytes. */
  static final int BODY_BYTES_MAX = POST_BYTES_MAX;

  /** The longest body that is read without a thread of its own, in bytes: it is parsed quickly. */
  private static final int QUICK_BYTES_MAX = 16 * 1024;

  /** Messages of other actors at once, at most. */
  static final int MESSAGES_MAX = 4_096;

  /** The bytes of these messages, at most. */
  static final int MESSAGES_BYTES_MAX = 12 * 1024 * 1024;

  /** How long a request waits on its route for the actor, in ms, besides the time of a read. */
  private static final long ROUTE_WAIT_MS = 60_000;

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private static final Problem TOO_MANY_READS =
      Problem.unavailable("too many consistent reads are in progress here");
  private static final Problem TOO_MANY_POSTS =
      Problem.unavailable("too many POSTs are in progress here");
  private static final Problem TOO_MANY_MESSAGES =
      Problem.unavailable("too many messages of actors are in progress here");

  private final Actor actor;
  private final CounterApi api;
  private final long routeWaitMs;
  private final AnswerThread answers;
  private final Room reads;
  private final Room posts;
  private final Room messages;

  public CounterRoutes(Actor actor, CountersConfig config) {
    this(actor, config, new Guarded(() -> {}));
  }

  CounterRoutes(Actor actor, CountersConfig config, Guarded guarded) {
    this(
        actor,
        config,
        guarded,
        new Room(READS_MAX, 0),
        new Room(POSTS_MAX, POST_BYTES_MAX),
        new Room(MESSAGES_MAX, MESSAGES_BYTES_MAX));
  }

  /** Takes other bounds. */
  CounterRoutes(
      Actor actor, CountersConfig config, Guarded guarded, Room reads, Room posts, Room messages) {
    this.answers = new AnswerThread(guarded);
    this.reads = reads;
    this.posts = posts;
    this.messages = messages;
    this.actor = actor;
    this.api = new CounterApi(actor, config);
    this.routeWaitMs = config.readDeadlineMs() + ROUTE_WAIT_MS;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    String[] paths = {
      CounterTarget.CONFIG,
      CounterTarget.COUNTERS,
      CounterTarget.COUNTER + "<rest>",
      CounterTarget.COUNTER,
      HttpNetwork.PATH
    };
    for (String path : paths) {
      // Before any route: Javalin by itself would list methods of other paths, too.
      routes.before(path, CounterRoutes::requireTarget);
      routes.get(path, this::get);
      routes.head(path, this::get);
      routes.post(path, this::post);
      routes.options(path, ctx -> Pages.options(ctx, target(ctx).kind().allow()));
    }
  }

  private static CounterTarget target(Context ctx) {
    return CounterTarget.of(ctx.req().getRequestURI())
        .orElseThrow(
            () ->
                Problem.of(
                        404,
                        "there is nothing here; a / within the name of a counter is written %2F")
                    .asException());
  }

  /** Every refusal of a method that may write says that nothing was changed. */
  private static void requireTarget(Context ctx) {
    if (!READING.contains(ctx.req().getMethod())) {
      Exchange.of(ctx).write();
    }
    CounterTarget.Kind kind = target(ctx).kind();
    if (!kind.knows(ctx.req().getMethod())) {
      throw Problem.of(405, "this resource does not know the method " + ctx.req().getMethod())
          .with("Allow", kind.allow())
          .asException();
    }
  }

  /**
   * Answers a request that needs no thread of its own. Returns false for all others, which go to
   * their routes.
   */
  public boolean answer(QuickRequest request) {
    Optional<CounterTarget> target = CounterTarget.of(request.path());
    if (target.isEmpty() || !target.get().kind().knows(request.method())) {
      return false;
    }
    CounterTarget.Kind kind = target.get().kind();
    if (request.method().equals("GET")) {
      return kind != CounterTarget.Kind.COUNTERS && get(target.get(), request);
    }
    return kind == CounterTarget.Kind.PEER
        ? message(request)
        : request.length() <= QUICK_BYTES_MAX && post(target.get(), request);
  }

  private boolean get(CounterTarget target, QuickRequest request) {
    if (target.kind() != CounterTarget.Kind.CONSISTENT_VALUE) {
      api.get(target, "", response -> send(request, response));
    } else if (hasRoom(reads, 0, request, TOO_MANY_READS)) {
      api.get(target, "", later(request));
    }
    return true;
  }

  private boolean post(CounterTarget target, QuickRequest request) {
    request.write();
    if (hasRoom(posts, (int) Math.max(0, request.length()), request, TOO_MANY_POSTS)) {
      Optional<String> key = request.header(CounterApi.KEY_HEADER);
      request.body(body -> api.post(target, key, body, later(request)));
    }
    return true;
  }

  /** Answers another actor. */
  private boolean message(QuickRequest request) {
    int length = (int) request.length();
    if (length <= 0) {
      return false; // the route says that it needs a length
    }
    if (hasRoom(messages, length, request, TOO_MANY_MESSAGES)) {
      request.body(message -> answer(request, message));
    }
    return true;
  }

  private void answer(QuickRequest request, byte[] message) {
    Consumer<byte[]> send = reply -> request.answer(HttpNetwork.CONTENT_TYPE, reply);
    var reply = new PromptReply(send, late -> answers.run(() -> send.accept(late), request::fail));
    try {
      actor.answer(message, reply);
    } catch (MalformedException e) {
      request.answer(Problem.of(400, "no message of this version: " + e.getMessage()));
      return;
    }
    reply.returned();
  }

  /** Takes room until the request ends, or refuses it and returns false. */
  private static boolean hasRoom(Room room, int length, QuickRequest request, Problem refusal) {
    if (!room.take(length)) {
      request.answer(refusal);
      return false;
    }
    request.onEnd(() -> room.giveBack(length));
    return true;
  }

  private Consumer<Response> later(QuickRequest request) {
    return response -> answers.run(() -> send(request, response), request::fail);
  }

  private static void send(QuickRequest request, Response response) {
    try {
      response.sendTo(request);
    } catch (IOException e) {
      request.fail(e);
    }
  }

  // On routes, where a virtual thread may wait.

  private void get(Context ctx) throws IOException, InterruptedException {
    CounterTarget target = target(ctx);
    String query = Objects.requireNonNullElse(ctx.req().getQueryString(), "");
    if (target.kind() == CounterTarget.Kind.CONSISTENT_VALUE) {
      try (var held = new Room.Held(reads)) {
        if (!held.take()) {
          throw TOO_MANY_READS.asException();
        }
        await(ctx, TOO_MANY_READS, then -> api.get(target, query, then));
      }
    } else {
      var now = new CompletableFuture<Response>();
      api.get(target, query, now::complete);
      now.join().sendTo(Exchange.of(ctx));
    }
  }

  private void post(Context ctx) throws IOException, InterruptedException {
    CounterTarget target = target(ctx);
    if (target.kind() == CounterTarget.Kind.PEER) {
      throw refusedMessage(ctx);
    }
    Exchange asked = Exchange.of(ctx);
    RequestBody.requireWhole(asked, "a request", BODY_BYTES_MAX);
    try (var held = new Room.Held(posts)) {
      if (!held.take()) {
        throw TOO_MANY_POSTS.asException();
      }
      byte[] body = body(ctx, asked.length(), held);
      Optional<String> key = asked.header(CounterApi.KEY_HEADER);
      await(ctx, TOO_MANY_POSTS, then -> api.post(target, key, body, then));
    }
  }

  private static ProblemException refusedMessage(Context ctx) {
    long length = ctx.req().getContentLengthLong();
    if (length > HttpNetwork.MESSAGE_BYTES_MAX) {
      return Problem.of(413, "a message has " + HttpNetwork.MESSAGE_BYTES_MAX + " bytes at most")
          .asException();
    }
    return (length <= 0
            ? Problem.of(411, "a message of an actor announces its length, which is above 0")
            : TOO_MANY_MESSAGES)
        .asException();
  }

  /**
   * Reads a body. Takes room for all of it before it reads the first byte. If the length is not
   * announced, takes room before it keeps more.
   */
  private static byte[] body(Context ctx, long length, Room.Held held) throws IOException {
    if (length > 0 && !held.grow((int) length)) {
      throw TOO_MANY_POSTS.asException();
    }
    var body = new ByteArrayOutputStream((int) Math.max(0, length));
    try (InputStream in = RequestBody.open(ctx)) {
      RequestBody.copy(
          in,
          length,
          BODY_BYTES_MAX,
          (bytes, offset, count) -> {
            if (length < 0 && !held.grow(count)) {
              throw TOO_MANY_POSTS.asException();
            }
            body.write(bytes, offset, count);
          });
    }
    return body.toByteArray();
  }

  /** Waits for the actor on a virtual thread, in a place for waiting. */
  private void await(Context ctx, Problem refusal, Consumer<Consumer<Response>> request)
      throws IOException, InterruptedException {
    RequestPlace.<Response>whileWaiting(() -> waited(request), new Response.Failed(refusal))
        .sendTo(Exchange.of(ctx));
  }

  private Response waited(Consumer<Consumer<Response>> request)
      throws IOException, InterruptedException {
    var done = new CompletableFuture<Response>();
    request.accept(done::complete);
    try {
      return done.get(routeWaitMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the actor did not answer", e);
    }
  }

  /** Ends it. No answer that comes from the actor later is sent. */
  @Override
  public void close() {
    answers.close();
  }
}
