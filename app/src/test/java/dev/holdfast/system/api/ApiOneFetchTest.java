package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.Bodies;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The origin gets one request for a file, however many clients want it. */
@ParameterizedClass
@EnumSource(Front.class)
final class ApiOneFetchTest {
  private static final int CLIENTS = 200;

  private static StackFixture stack;
  private static Api api;

  @Parameter Front front;

  @BeforeParameterizedClassInvocation
  static void start(Front front) throws Exception {
    stack = StackFixture.start(front.setup().withLatencyMs(333));
    api = front.api(stack);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    stack.closeChecked();
  }

  @ParameterizedTest
  @CsvSource({"plain, plain", "sp%20ace, ~sp~20ace", "%70lain2, plain2"})
  void get_200AtOnce_neverSeen(String name, String stored) throws Exception {
    byte[] body = Bodies.make(stored, 1, 1, 100_000);
    Files.write(stack.originDir().resolve(stored), body);

    for (RawResponse answer : getAtOnce(name)) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(body);
    }
    assertThat(stack.originGets(stored)).isEqualTo(1);
    assertThat(api.get(name).body()).isEqualTo(body);
    assertThat(stack.originGets(stored)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"absent, absent", "ab/sent, ~ab~2Fsent"})
  void get_200AtOnce_absent(String name, String stored) throws Exception {
    for (RawResponse answer : getAtOnce(name)) {
      assertThat(answer.status()).isEqualTo(404);
    }
    assertThat(stack.originGets(stored)).isEqualTo(1);
  }

  /**
   * Sends GETs at once. The origin holds its answer back until every client has sent its request.
   */
  private static List<RawResponse> getAtOnce(String name) throws Exception {
    stack.standIns().forEach(standIn -> standIn.troubles().start(Trouble.HANG));
    var sent = new CountDownLatch(CLIENTS);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<RawResponse>>();
      for (int i = 0; i < CLIENTS; i++) {
        answers.add(
            clients.submit(
                () -> {
                  try (RawHttp http = api.connect()) {
                    http.request("GET", PATH + name);
                    sent.countDown();
                    return http.finalResponse();
                  }
                }));
      }
      sent.await();
      stack.standIns().stream().map(FileServer::troubles).forEach(each -> each.stopAll());
      var all = new ArrayList<RawResponse>();
      for (Future<RawResponse> answer : answers) {
        all.add(answer.get());
      }
      return all;
    }
  }
}
