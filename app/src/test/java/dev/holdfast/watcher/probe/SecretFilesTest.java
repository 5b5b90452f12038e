package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Secrets in files that hang, such as those on a file server that is gone. */
final class SecretFilesTest {
  @Test
  void check_secretHangs_holdsUpNobody() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture.farm.with("page", Sites.page("hello"));
      List<CompletableFuture<Measured>> hanging = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        hanging.add(
            fixture.begin(
                Ask.of(fixture.farm.url("page")).header("X-Key", "${file:/hangs}").endpoint()));
      }

      assertThat(fixture.check(Ask.of(fixture.farm.url("page"))).outcome()).isEqualTo(Outcome.UP);
      assertThat(hanging).noneMatch(CompletableFuture::isDone);
      fixture.files.complete("s3cret");

      for (CompletableFuture<Measured> one : hanging) {
        assertThat(ProbeFixture.result(one).outcome()).isEqualTo(Outcome.UP);
      }
      assertThat(fixture.farm.seen("page").getLast().head()).contains("X-Key: s3cret");
    }
  }

  @Test
  void check_secretHangs_endsAtItsDeadline() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.startManual()) {
      fixture.farm.with("page", Sites.page("hello"));
      CompletableFuture<Measured> begun =
          fixture.begin(
              Ask.of(fixture.farm.url("page"))
                  .header("X-Key", "${file:/hangs}")
                  .timeoutMs(5_000)
                  .endpoint());

      fixture.advanceMs(5_500);

      Measured result = ProbeFixture.result(begun);
      assertThat(result.outcome()).isEqualTo(Outcome.AGENT);
      assertThat(result.reason()).isEqualTo(Reason.AGENT_FAILURE);
      assertThat(result.detail()).contains("secrets");
      fixture.files.complete("s3cret");
      assertThat(fixture.check(Ask.of(fixture.farm.url("page"))).outcome()).isEqualTo(Outcome.UP);
      assertThat(fixture.farm.seen("page")).hasSize(1);
    }
  }
}
