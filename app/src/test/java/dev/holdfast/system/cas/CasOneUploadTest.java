package dev.holdfast.system.cas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.TrafficStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands who bring the same blob at once. */
final class CasOneUploadTest {
  private static final int CLIENTS = 2_000;

  /** So many connections are open at once: the machine of a test has a bound of its own. */
  private static final int AT_ONCE = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"BEHIND, true", "BEHIND, false", "THROUGH, true"})
  void sameBlob_putByAll_isSentOnce(Mode mode, boolean askOrigin) throws Exception {
    var cas = CasConfig.DEFAULT.withAskOrigin(askOrigin).withActionBytesMax(1024);
    byte[] body = new byte[10_000];
    String digest = CasFixture.sha256(body);
    try (var f =
            CasFixture.start(directory, cas, TrafficStack.files(mode, 0), StagingLimits.DEFAULT);
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
      var begin = new CountDownLatch(AT_ONCE);
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        answers.add(
            clients.submit(
                () -> {
                  begin.countDown();
                  begin.await();
                  return f.put(digest, body).status();
                }));
      }
      var counts = new int[600];
      for (Future<Integer> answer : answers) {
        counts[answer.get()]++;
      }
      f.facts.awaitSettled();

      assertThat(counts[201]).isEqualTo(1);
      assertThat(counts[200]).isEqualTo(CLIENTS - 1);
      assertThat(f.atOrigins("PUT")).isEqualTo(1);
      assertThat(f.atOrigins("GET")).isEqualTo(askOrigin ? 1 : 0);
      assertThat(f.atOrigin(digest)).hasBinaryContent(body);
    }
  }
}
