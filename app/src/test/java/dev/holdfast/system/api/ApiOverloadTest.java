package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.Scraped;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many requests of one kind keep no request of another kind waiting. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiOverloadTest {
  private static final int READERS = 1_000;

  /** The size of a burst: fewer than may queue for a place at once. */
  private static final int BURST = 250;

  private static final int LONG = 20_000;

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  /** Starts a stack with fewer places for all other requests than readers that wait. */
  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack =
        StackFixture.start(
            front
                .setup()
                .withMode(Mode.BEHIND)
                .withAnswerWithinMs(60_000)
                .withHttp(
                    HttpLimits.DEFAULT
                        .withRequestsMax(16)
                        .withUploadsMax(16)
                        .withWaitingMax(READERS)
                        .withQueueWaitMs(30_000)));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "not%20there"})
  void thousandReadersOfAMissingName_costOneFetch_andNoPlace(String name) throws Exception {
    Api sidecar = new Api(stack.sidecar(stack.owner(name)));
    api.given("here" + name, "content");
    long joinedBefore = joined(sidecar);
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.HANG));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var readers = new ArrayList<Future<Integer>>();
      while (readers.size() < READERS) {
        for (int i = 0; i < BURST; i++) {
          readers.add(clients.submit(() -> api.get(name).status()));
        }
        Await.until(
            readers.size() + " wait", () -> joined(sidecar) == joinedBefore + readers.size() - 1);
      }
      assertThat(api.put("long" + name, new byte[LONG]).status()).isEqualTo(201);
      assertThat(api.put("short" + name, "short").status()).isEqualTo(201);
      assertThat(api.get("here" + name, "If-Unmodified-Since: x").text()).isEqualTo("content");
      assertThat(sidecar.ask("GET", "/health").status()).isEqualTo(200);
      assertThat(sidecar.ask("GET", "/status").status()).isEqualTo(200);
      stack.standIns().forEach(standIn -> standIn.troubles().stopAll());
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isEqualTo(404);
      }
    }
    assertThat(stack.originGets(name.equals("missing") ? name : "~not~20there")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1073741824", "Transfer-Encoding: chunked"})
  void bodiesThatAreAnnounced_andDoNotCome_takeNoRoom(String announced) throws Exception {
    try (RawHttp one = api.connect();
        RawHttp two = api.connect();
        RawHttp three = api.connect()) {
      String name = "idle" + announced.length();
      one.request("PUT", PATH + name, announced);
      two.request("PUT", PATH + name, announced);
      three.request("PUT", PATH + name, announced);
      stack.awaitIncoming(files -> files.size() == 3);
      assertThat(api.put("other" + name, new byte[LONG]).status()).isEqualTo(201);
      assertThat(api.put("short" + name, "short").status()).isEqualTo(201);
      assertThat(api.delete("other" + name).status()).isEqualTo(200);
    }
    stack.awaitNothingIncoming();
  }

  private static long joined(Api sidecar) throws IOException {
    return Scraped.of(sidecar.ask("GET", "/metrics").text())
        .samples()
        .get("holdfast_fetches_joined_total")
        .longValue();
  }
}
