package dev.holdfast.system.api;

import static dev.holdfast.system.Api.PATH;
import static dev.holdfast.system.Api.only;
import static dev.holdfast.system.Api.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.Front;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** With the defaults, a client does not wait for a file server that hangs. */
final class ApiPatienceTest {
  private static final long ANSWER_MAX_MS = 15_000; // as README.md says

  @Test
  void anOriginThatHangs_isNotWaitedFor() throws Exception {
    assertThat(FilesConfig.DEFAULT.answerWithinMs()).isLessThan(ANSWER_MAX_MS);
    try (StackFixture stack = StackFixture.start(Front.SIDECAR.setup());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<RawResponse>>();
      for (Front front : Front.values()) {
        Api api = front.api(stack); // one sidecar, with nginx in front of it
        String name = front.name();
        calls.add(() -> api.get("get" + name));
        calls.add(() -> api.put("put" + name, "content"));
        calls.add(() -> api.ask("DELETE", PATH + "delete" + name));
        calls.add(() -> api.put("if" + name, "content", "If-None-Match: *"));
      }
      stack.standIn(0).troubles().start(Trouble.HANG);
      List<Future<RawResponse>> answers = clients.invokeAll(calls); // while it hangs
      stack.standIn(0).troubles().stopAll();
      for (Future<RawResponse> each : answers) {
        problem(each.get(), 503);
        assertThat(Integer.parseInt(only(each.get(), "Retry-After"))).isPositive();
      }
      stack.closeChecked();
    }
  }
}
