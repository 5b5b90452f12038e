package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers while the origin is down, full or talks nonsense, and afterwards. Clients get their 503
 * soon, so that a request for which the machine had no time is repeated.
 */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiOriginTroubleTest {
  private static final long ANSWER_WITHIN_MS = 400;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  /** The ways in which an origin does not answer. */
  enum Outage {
    REFUSED,
    HUNG,
    FULL
  }

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup().withAnswerWithinMs(ANSWER_WITHIN_MS));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    stack.closeChecked();
  }

  // --- 503 ----------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void get_notHere(Outage outage) throws Exception {
    String name = fresh("get");
    Files.writeString(stack.originDir().resolve(name), "content");

    begin(outage);
    try {
      assertUnavailable("GET", name);
      RawResponse head = api.head(name);
      assertThat(head.status()).isEqualTo(503);
      assertThat(head.body()).isEmpty();
      assertRetryAfter(head);
    } finally {
      end(outage);
    }

    // A file that could not be fetched did not count as absent.
    assertThat(awaitStatus("GET", name, 200).text()).isEqualTo("content");
  }

  @ParameterizedTest
  @EnumSource
  void get_absentAtTheOrigin(Outage outage) throws Exception {
    String name = fresh("absent");
    begin(outage);
    try {
      assertUnavailable("GET", name);
    } finally {
      end(outage);
    }
    problem(awaitStatus("GET", name, 404), 404);
  }

  @ParameterizedTest
  @EnumSource
  void get_published(Outage outage) throws Exception {
    String plain = fresh("plain");
    String other = fresh("other%20");
    String etag = given(plain, "content");
    given(other, "other content");

    begin(outage);
    try {
      assertThat(api.get(plain).text()).isEqualTo("content");
      assertThat(api.get(other).text()).isEqualTo("other content");
      assertThat(api.get(plain, "If-None-Match: " + etag).status()).isEqualTo(304);
      assertThat(api.head(other).status()).isEqualTo(200);
    } finally {
      end(outage);
    }
  }

  @ParameterizedTest
  @EnumSource
  void get_knownToBeAbsent(Outage outage) throws Exception {
    String name = fresh("deleted");
    given(name, "content");
    awaitStatus("DELETE", name, 200);

    begin(outage);
    try {
      problem(api.get(name), 404);
    } finally {
      end(outage);
    }
  }

  @ParameterizedTest
  @EnumSource
  void put_newName(Outage outage) throws Exception {
    String name = fresh("new");
    begin(outage);
    try {
      assertUnavailable("PUT", name);
    } finally {
      end(outage);
    }
    awaitStatus("PUT", name, 201);
    assertThat(api.get(name).text()).isEqualTo("written");
    assertThat(stack.originDir().resolve(name)).hasContent("written");
  }

  @ParameterizedTest
  @EnumSource
  void put_existingName(Outage outage) throws Exception {
    String name = fresh("existing");
    String etag = given(name, "old");

    begin(outage);
    try {
      String detail = awaitRefusal("PUT", name, outage == Outage.HUNG);
      // Nothing has changed if the origin surely knows nothing of the write.
      assertThat(detail.contains("nothing was changed")).isEqualTo(outage != Outage.HUNG);
      if (outage != Outage.HUNG) {
        assertThat(only(api.get(name), "ETag")).isEqualTo(etag);
        assertThat(stack.originDir().resolve(name)).hasContent("old");
      }
    } finally {
      end(outage);
    }

    awaitStatus("PUT", name, 201);
    assertThat(api.get(name).text()).isEqualTo("written");
    assertThat(stack.originDir().resolve(name)).hasContent("written");
  }

  @ParameterizedTest
  @EnumSource
  void delete_existingName(Outage outage) throws Exception {
    String name = fresh("delete");
    given(name, "old");

    begin(outage);
    try {
      String detail = awaitRefusal("DELETE", name, outage == Outage.HUNG);
      assertThat(detail.contains("nothing was changed")).isEqualTo(outage != Outage.HUNG);
      if (outage != Outage.HUNG) {
        assertThat(api.get(name).text()).isEqualTo("old");
        assertThat(stack.originDir().resolve(name)).hasContent("old");
      }
    } finally {
      end(outage);
    }

    awaitStatus("DELETE", name, 200);
    problem(api.get(name), 404);
    assertThat(stack.originDir().resolve(name)).doesNotExist();
  }

  /** The condition cannot be checked. */
  @ParameterizedTest
  @EnumSource
  void put_onCondition_notHere(Outage outage) throws Exception {
    String name = fresh("condition");
    Files.writeString(stack.originDir().resolve(name), "old");
    begin(outage);
    try {
      RawResponse answer = api.put(name, "new", "If-None-Match: *");
      problem(answer, 503);
      assertRetryAfter(answer);
    } finally {
      end(outage);
    }
    assertThat(awaitStatus("GET", name, 200).text()).isEqualTo("old");
    assertThat(stack.originDir().resolve(name)).hasContent("old");
  }

  // --- 502 ----------------------------------------------------------------------------------

  /** Fault 4 of the file server: 200 with the text of an error. */
  @Test
  void get_theOriginRemembersAFileThatIsGone() throws Exception {
    String name = fresh("stale");
    Path file = stack.originDir().resolve(name);
    Files.writeString(file, "content");
    for (var standIn : stack.standIns()) {
      assertThat(new Api(standIn.uri()).get(name).status()).isEqualTo(200);
    }
    Files.delete(file);
    for (var standIn : stack.standIns()) {
      assertThat(new Api(standIn.uri()).get(name).text()).contains("no such file");
    }

    problem(awaitStatus("GET", name, 502), 502);

    awaitStatus("HEAD", name, 502);
    assertThat(stack.published().resolve(name)).doesNotExist();
    given(name, "new");
    assertThat(api.get(name).text()).isEqualTo("new");
  }

  @Test
  void get_theOriginAnswers500() throws Exception {
    String name = fresh("error");
    Files.writeString(stack.originDir().resolve(name), "content");
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.ANSWER_500));
    try {
      problem(awaitStatus("GET", name, 502), 502);
    } finally {
      stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
    }
    assertThat(awaitStatus("GET", name, 200).text()).isEqualTo("content");
  }

  /** The effect of the attempt is unknown, and only completing the write makes it whole. */
  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE"})
  void write_theOriginAnswers500(String method) throws Exception {
    String name = fresh("error");
    given(name, "old");
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.ANSWER_500));
    try {
      assertThat(awaitRefusal(method, name, true)).contains("may still take effect");
      assertThat(api.get(name).status()).isEqualTo(method.equals("PUT") ? 200 : 404);
    } finally {
      stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
    }
    Path file = stack.originDir().resolve(name);
    Await.until("it takes effect", () -> isWritten(method, file));
    assertThat(api.get(name).status()).isEqualTo(method.equals("PUT") ? 200 : 404);
  }

  /** Nothing was sent, since the condition could not be checked. */
  @Test
  void put_onCondition_theOriginAnswers500() throws Exception {
    String name = fresh("error");
    Files.writeString(stack.originDir().resolve(name), "old");
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.ANSWER_500));
    try {
      problem(await(() -> api.put(name, "new", "If-None-Match: *")), 502);
    } finally {
      stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
    }
    assertThat(awaitStatus("GET", name, 200).text()).isEqualTo("old");
    assertThat(stack.originDir().resolve(name)).hasContent("old");
  }

  /** A download that is cut is never shown in part. */
  @Test
  void get_theOriginCutsTheDownload() throws Exception {
    String name = fresh("cut");
    Files.writeString(stack.originDir().resolve(name), "content".repeat(10_000));
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.CUT_DOWNLOADS));
    try {
      RawResponse answer = api.get(name);
      assertThat(answer.status()).isIn(502, 503);
      problem(answer, answer.status());
    } finally {
      stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
    }
    assertThat(awaitStatus("GET", name, 200).text()).isEqualTo("content".repeat(10_000));
  }

  // --- the outage ---------------------------------------------------------------------------

  private static void begin(Outage outage) {
    for (int pair = 0; pair < stack.standIns().size(); pair++) {
      switch (outage) {
        case REFUSED -> stack.stopStandIn(pair);
        case HUNG -> stack.standIn(pair).troubles().start(Trouble.HANG);
        case FULL -> stack.standIn(pair).troubles().start(Trouble.ANSWER_429);
      }
    }
  }

  private static void end(Outage outage) throws Exception {
    for (int pair = 0; pair < stack.standIns().size(); pair++) {
      switch (outage) {
        case REFUSED -> stack.startStandIn(pair);
        case HUNG, FULL -> stack.standIn(pair).troubles().stopAll();
      }
    }
  }

  /**
   * Sends a request that needs the origin, whose trouble goes on. Returns the detail of the
   * refusal.
   */
  private static String assertUnavailable(String method, String name) throws Exception {
    RawResponse answer = request(method, name);
    String detail = problem(answer, 503);
    assertRetryAfter(answer);
    return detail;
  }

  /**
   * Sends a write. Returns the detail of the first refusal of a write that was sent to the origin,
   * or that was not.
   */
  private static String awaitRefusal(String method, String name, boolean sent) throws Exception {
    var detail = new AtomicReference<String>();
    Await.until(
        "a refusal of a write that was " + (sent ? "sent" : "not sent"),
        () -> {
          detail.set(assertUnavailable(method, name));
          return sent != detail.get().contains("nothing was changed");
        });
    return detail.get();
  }

  private static boolean isWritten(String method, Path file) throws IOException {
    return method.equals("PUT")
        ? Files.exists(file) && Files.readString(file).equals("written")
        : !Files.exists(file);
  }

  private static void assertRetryAfter(RawResponse answer) {
    assertThat(Integer.parseInt(only(answer, "Retry-After"))).isBetween(1, 60);
  }

  /** Puts a file. Returns its ETag. */
  private static String given(String name, String body) throws Exception {
    RawResponse answer = await(() -> api.put(name, body));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return only(answer, "ETag");
  }

  private static RawResponse awaitStatus(String method, String name, int status) throws Exception {
    RawResponse answer = await(() -> request(method, name));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer;
  }

  /**
   * Repeats a request that is answered 503, as Retry-After asks to, until it gets another answer.
   */
  private static RawResponse await(Callable<RawResponse> request) throws Exception {
    var answer = new AtomicReference<RawResponse>();
    Await.until(
        "another answer than 503",
        () -> {
          answer.set(request.call());
          return answer.get().status() != 503;
        });
    return answer.get();
  }

  private static RawResponse request(String method, String name) throws Exception {
    return method.equals("PUT") ? api.put(name, "written") : api.ask(method, PATH + name);
  }

  private static String fresh(String prefix) {
    return prefix + NUMBERS.incrementAndGet();
  }
}
