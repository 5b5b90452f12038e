package dev.holdfast.cli;

import static dev.holdfast.cli.Api.PATH;
import static dev.holdfast.cli.Api.only;
import static dev.holdfast.cli.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a client waits at most, as things are set by default. */
@Tag("alone")
final class ApiPatienceTest {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private record Timed(RawResponse answer, Duration took) {}

  @Test
  void anOriginThatHangs_isWaitedForLessThan15s() throws Exception {
    try (StackFixture stack = StackFixture.start(Front.SIDECAR.setup());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Timed>>();
      for (Front front : Front.values()) {
        Api api = front.api(stack); // one sidecar, with nginx in front of it
        String name = front.name();
        calls.add(() -> timed(() -> api.get("get" + name)));
        calls.add(() -> timed(() -> api.put("put" + name, "content")));
        calls.add(() -> timed(() -> api.ask("DELETE", PATH + "delete" + name)));
        calls.add(() -> timed(() -> api.put("if" + name, "content", "If-None-Match: *")));
      }
      stack.standIn(0).troubles().start(Trouble.HANG);
      List<Future<Timed>> answers = clients.invokeAll(calls);
      stack.standIn(0).troubles().stopAll();
      for (Future<Timed> each : answers) {
        problem(each.get().answer(), 503);
        assertThat(Integer.parseInt(only(each.get().answer(), "Retry-After"))).isPositive();
        assertThat(each.get().took()).isLessThan(ANSWER_MAX);
      }
      stack.closeChecked();
    }
  }

  private static Timed timed(Callable<RawResponse> request) throws Exception {
    long start = System.nanoTime();
    RawResponse answer = request.call();
    return new Timed(answer, Duration.ofNanos(System.nanoTime() - start));
  }
}
