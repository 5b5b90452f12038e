package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.http.BodyPace;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that hardly come: they end, and keep nobody from anything meanwhile. A body that the
 * machine holds up for so long is sent again.
 */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiSlowBodyTest {
  private static final int UPLOADS = 4;

  /** More than a client sends that waits after each byte. */
  private static final BodyPace PACE = new BodyPace(100_000, 300);

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack =
        StackFixture.start(
            front
                .setup()
                .withMode(Mode.BEHIND)
                .withHttp(
                    HttpLimits.DEFAULT
                        .withUploadsMax(UPLOADS)
                        .withQueueWaitMs(60_000)
                        .withBodyPace(PACE)));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  /** The short one is read without a thread. */
  @ParameterizedTest
  @ValueSource(ints = {100, 1_000_000})
  void bodyThatStopsComing_is408_andItsConnectionEnds(int length) throws Exception {
    try (RawHttp http = api.connect()) {
      http.request("PUT", PATH + "stops" + length, "Content-Length: " + length).text("begun");
      assertEnded(http);
    }
    assertThat(api.get("stops" + length).status()).isEqualTo(404);
    stack.awaitNothingIncoming();
  }

  @ParameterizedTest
  @ValueSource(ints = {16_000, 1_000_000})
  void bodyThatTrickles_is408(int length) throws Exception {
    try (RawHttp http = api.connect();
        ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
      http.request("PUT", PATH + "trickles" + length, "Content-Length: " + length).text("begun");
      Future<RawResponse> answer = reader.submit(http::finalResponse);
      Await.until(
          "it is answered",
          () -> {
            try {
              if (!answer.isDone()) {
                http.text("."); // and a pause of Await
              }
              return answer.isDone();
            } catch (SocketException closed) {
              return true; // behind the answer, which is looked at next
            }
          });
      assertThat(problem(answer.get(), 408)).contains("too slowly");
    }
    assertThat(api.get("trickles" + length).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 100_000})
  void bodyOfUnknownLength_thatStopsComing_is408(int sent) throws Exception {
    try (RawHttp http = api.connect()) {
      http.request("PUT", PATH + "chunked", "Transfer-Encoding: chunked").chunk(new byte[sent]);
      assertEnded(http);
    }
    assertThat(api.get("chunked").status()).isEqualTo(404);
  }

  /** Who is refused may send the rest, but not for ever. */
  @ParameterizedTest
  @ValueSource(ints = {50_000})
  void bodyThatNobodyWants_keepsNoPlace(int length) throws Exception {
    var slow = new ArrayList<RawHttp>();
    try {
      for (int i = 0; i < UPLOADS; i++) {
        slow.add(api.connect());
        slow.getLast()
            .request(
                "PUT", PATH + "refused", "Content-Range: bytes 0-1/2", "Content-Length: " + length);
        assertThat(slow.getLast().finalResponse().status()).isEqualTo(400);
      }
      assertTaken("wanted", length);
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
  }

  /** The upload that waits for a place gets it when the slow ones have ended. */
  @ParameterizedTest
  @ValueSource(ints = {20_000})
  void slowBodies_giveTheirPlacesBack(int length) throws Exception {
    var slow = new ArrayList<RawHttp>();
    try {
      for (int i = 0; i < UPLOADS; i++) {
        slow.add(api.connect());
        slow.getLast().request("PUT", PATH + "slow" + i, "Content-Length: 50000").text("slow");
      }
      assertTaken("quick", length);
      for (RawHttp http : slow) {
        assertEnded(http);
      }
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
  }

  /** The time-out of a body is not that of its connection. */
  @ParameterizedTest
  @ValueSource(ints = {100, 20_000})
  void connectionThatHasCarriedABody_mayBeSilentForLonger(int length) throws Exception {
    Await.until("one carries its bodies in time", () -> carriesTwoBodies(length));
  }

  /** Returns false if a body took too long. */
  private static boolean carriesTwoBodies(int length) throws Exception {
    try (RawHttp http = api.connect()) {
      for (String name : List.of("first", "second")) {
        http.request("PUT", PATH + name + length, "Content-Length: " + length);
        http.bytes(new byte[length / 2]);
        http.bytes(new byte[length - length / 2]);
        int status = http.finalResponse().status();
        if (status == 408) {
          return false;
        }
        assertThat(status).isEqualTo(201);
        long begun = System.nanoTime();
        Await.until("it was silent", () -> System.nanoTime() - begun > 2_000_000_000L);
      }
      assertThat(http.request("GET", PATH + "first" + length).finalResponse().body())
          .hasSize(length);
      return true;
    }
  }

  private static void assertTaken(String name, int length) throws Exception {
    var status = new AtomicInteger();
    Await.until(
        "it comes in time",
        () -> {
          status.set(api.put(name, new byte[length]).status());
          return status.get() != 408;
        });
    assertThat(status.get()).isEqualTo(201);
  }

  private static void assertEnded(RawHttp http) throws IOException {
    RawResponse answer = http.finalResponse();
    assertThat(problem(answer, 408)).contains("too slowly", "nothing was changed");
    assertThat(http.isEndedByPeer()).isTrue();
  }
}
