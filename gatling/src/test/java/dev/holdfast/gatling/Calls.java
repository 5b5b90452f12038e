package dev.holdfast.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.RawFileBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.bodyBytes;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.sha1;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.testkit.Bodies;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The requests of the simulations. Each is checked against the oracle and counted when it ends.
 * They take the name from the session's {@link #NAME}, and the length of a body from its {@link
 * #BYTES}.
 */
final class Calls {
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

  /** The time-out of a large file, which may need longer on a small machine. */
  private static final Duration LARGE_TIMEOUT = Duration.ofMinutes(5);

  /** In the session: the file's name. */
  static final String NAME = "name";

  /** In the session: the length of a PUT's body, at least that of its header. */
  static final String BYTES = "bytes";

  /** In the session: when the first request of the user is due. */
  static final String DUE = "due";

  private static final String CALL = "call";
  private static final String BODY = "body";
  private static final String MADE = "made";
  private static final String FILES = "/api/fileserver/#{" + NAME + "}";

  private record LargeBody(Register.Write write, Path file) {}

  private final Executor maker =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final long firstWriter;
  private final Oracle oracle;
  private final Path large;
  private final Consumer<Outcome> ended;

  /** The write of each digest. */
  private final Map<String, Bodies.Id> bySha1 = new ConcurrentHashMap<>();

  /**
   * @param firstWriter the number of the first writer; it makes the bodies of this run different
   *     from those of another that wrote the same names
   * @param large the directory of the bodies of large PUTs that are being sent
   * @param ended takes every request that has ended
   */
  Calls(long firstWriter, Oracle oracle, Path large, Consumer<Outcome> ended) {
    this.firstWriter = firstWriter;
    this.oracle = oracle;
    this.large = large;
    this.ended = ended;
  }

  /** Returns a PUT with a new body. */
  ChainBuilder put(String request) {
    return putTo(request, FILES);
  }

  /** Returns a PUT to a URL of the name. */
  ChainBuilder putTo(String request, String url) {
    return of(
        session -> {
          Register.Write write = write(session);
          byte[] body = Bodies.make(write.body());
          var acknowledged = Expectation.acknowledged(oracle, write);
          return begin(session, request, body.length, acknowledged).set(BODY, body);
        },
        withBody(http(request).put(url).body(ByteArrayBody("#{" + BODY + "}"))));
  }

  ChainBuilder get(String request) {
    return getFrom(request, FILES);
  }

  /** Returns a GET of a URL of the name. */
  ChainBuilder getFrom(String request, String url) {
    return of(
        session -> {
          String name = session.getString(NAME);
          return begin(
              session,
              request,
              0,
              Expectation.current(oracle, oracle.read(name), bytes -> Seen.of(name, bytes)));
        },
        withBody(http(request).get(url)));
  }

  ChainBuilder delete(String request) {
    return deleteAt(request, FILES);
  }

  /** Returns a DELETE of a URL of the name. */
  ChainBuilder deleteAt(String request, String url) {
    return of(
        session -> {
          Register.Write write = oracle.delete(session.getString(NAME));
          return begin(session, request, 0, Expectation.acknowledged(oracle, write));
        },
        withBody(http(request).delete(url)));
  }

  /**
   * Returns a PUT whose body is sent from a file and is never in memory as a whole. The body is
   * made aside, since that takes long and must not hold up other requests. The PUT is due when its
   * body is made.
   */
  ChainBuilder putLarge(String request) {
    return exec(session -> making(session.remove(DUE)))
        .exec(
            asLongAs(session -> !session.<Future<?>>get(MADE).isDone())
                .on(pause(Duration.ofMillis(20))))
        .exec(
            of(
                session -> {
                  LargeBody made = session.<CompletableFuture<LargeBody>>get(MADE).join();
                  Register.Write write = made.write();
                  return begin(
                          session,
                          request,
                          write.body().length(),
                          Expectation.acknowledged(oracle, write))
                      .set(BODY, made.file().toString());
                },
                withBody(
                        http(request)
                            .put(FILES)
                            .body(RawFileBody(session -> session.getString(BODY))))
                    .requestTimeout(LARGE_TIMEOUT)))
        .exec(
            session -> {
              delete(Path.of(session.getString(BODY)));
              return session;
            });
  }

  /** Returns a GET of a file of {@link #putLarge}. It takes only a digest, as the bytes come. */
  ChainBuilder getLarge(String request) {
    return of(
        session ->
            begin(
                session.remove(DUE),
                request,
                0,
                Expectation.current(oracle, oracle.read(session.getString(NAME)), this::ofDigest)),
        http(request)
            .get(FILES)
            .requestTimeout(LARGE_TIMEOUT)
            .check(status().validate("its status", Calls::statusIs))
            .check(
                sha1()
                    .validate(
                        "what was written",
                        (digest, session) -> {
                          Bodies.Id id = bySha1.get(digest);
                          answered(
                              session, digest.getBytes(US_ASCII), id == null ? 0 : id.length());
                          return digest;
                        })));
  }

  /** Returns any request. The expectation of its answer may depend on the session. */
  ChainBuilder any(
      String request,
      Function<Session, Expectation> expectation,
      HttpRequestActionBuilder definition) {
    return of(
        session -> begin(session, request, 0, expectation.apply(session)), withBody(definition));
  }

  private ChainBuilder of(Function<Session, Session> begin, HttpRequestActionBuilder definition) {
    return exec(begin)
        .exec(definition)
        .exec(
            session -> {
              ended.accept(session.<Call>get(CALL).end());
              return session;
            });
  }

  private static HttpRequestActionBuilder withBody(HttpRequestActionBuilder request) {
    return request
        .requestTimeout(REQUEST_TIMEOUT)
        .check(status().validate("its status", Calls::statusIs))
        .check(
            bodyBytes()
                .validate(
                    "what may be there",
                    (bytes, session) -> {
                      answered(session, bytes, bytes.length);
                      return bytes;
                    }));
  }

  private static Integer statusIs(Integer status, Session session) {
    session.<Call>get(CALL).status(status);
    return status;
  }

  /** Gatling counts a request as failed when its check throws. */
  private static void answered(Session session, byte[] bytes, long length) {
    session
        .<Call>get(CALL)
        .answered(bytes, length)
        .ifPresent(
            complaint -> {
              throw new IllegalStateException(complaint.text());
            });
  }

  private static Session begin(
      Session session, String request, long bytesOut, Expectation expectation) {
    Optional<Long> due =
        session.contains(DUE) ? Optional.of(session.getLong(DUE)) : Optional.empty();
    return session.remove(DUE).set(CALL, new Call(request, due, bytesOut, expectation));
  }

  private Register.Write write(Session session) {
    String name = session.getString(NAME);
    long length = Math.max(session.getLong(BYTES), Bodies.lengthMin(name));
    return oracle.put(name, firstWriter + session.userId(), length);
  }

  private Seen ofDigest(byte[] digest) {
    Bodies.Id id = bySha1.get(new String(digest, US_ASCII));
    return id == null ? new Seen.Corrupt("no body has this digest") : new Seen.Body(id);
  }

  private Session making(Session session) {
    Register.Write write = write(session);
    return session.set(MADE, CompletableFuture.supplyAsync(() -> make(write), maker));
  }

  private LargeBody make(Register.Write write) {
    Path file = large.resolve(write.body().name() + "-" + write.body().seq());
    try {
      Files.createDirectories(large);
      bySha1.put(Digests.writeTo(file, write.body()), write.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new LargeBody(write, file);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
