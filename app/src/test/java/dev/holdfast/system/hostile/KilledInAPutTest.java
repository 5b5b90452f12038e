package dev.holdfast.system.hostile;

import static dev.holdfast.system.Api.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a sidecar in the middle of a PUT: nginx says that it does not know. */
@Timeout(1_800)
final class KilledInAPutTest {
  private static final String UNKNOWN = "whether anything was changed is not known";
  private static final int HEAP_MB = 96;
  private static final int LENGTH = 100_000;

  @TempDir Path directory;

  @Test
  void whileTheBodyComes_nothingIsLeftOfIt() throws Exception {
    try (ProcessStack stack = ProcessStack.start(directory, 1, HEAP_MB, "--mode", "behind")) {
      var api = new Api(stack.facts().front());
      try (RawHttp client = api.connect()) {
        client.request("PUT", PATH + "a", "Content-Length: " + LENGTH).text("x".repeat(LENGTH / 2));
        Await.until("half of it is here", () -> incoming() == 1);
        stack.sidecar(0).kill();
        assertThat(Api.problem(client.finalResponse(), 503)).contains(UNKNOWN);
      }
      stack.startSidecar(0);
      assertThat(incoming()).isZero();
      assertThat(api.get("a").status()).isEqualTo(404);
    }
  }

  @Test
  void whileItIsSent_itTakesEffectAfterTheStart() throws Exception {
    try (ProcessStack stack = ProcessStack.start(directory, 1, HEAP_MB, "--mode", "through")) {
      var api = new Api(stack.facts().front());
      stack.standIn(0).troubles().start(Trouble.HANG);
      try (RawHttp client = api.connect()) {
        client.request("PUT", PATH + "a", "Content-Length: 4").text("body");
        Await.until("it is being sent", () -> stack.standIn(0).troubles().held() == 1);
        stack.sidecar(0).kill();
        assertThat(Api.problem(client.finalResponse(), 503)).contains(UNKNOWN);
      }
      stack.standIn(0).troubles().stopAll();
      stack.startSidecar(0);
      assertThat(api.get("a").text()).isEqualTo("body");
    }
  }

  private long incoming() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("staging/sidecar-1/incoming"))) {
      return files.count();
    }
  }
}
