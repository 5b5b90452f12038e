package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.Guarded;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AnswerThreadTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  @Test
  void error_isToldAsAFailure_andTheNextAnswerIsSent() {
    var failed = new CompletableFuture<Exception>();
    var sent = new CompletableFuture<Boolean>();
    try (var answers = new AnswerThread(new Guarded(() -> {}))) {
      answers.run(
          () -> {
            throw new StackOverflowError();
          },
          failed::complete);
      answers.run(() -> sent.complete(true), sent::completeExceptionally);
      assertThat(failed.join()).hasCauseInstanceOf(StackOverflowError.class);
      assertThat(sent.join()).isTrue();
    }
  }

  @Test
  void failureThatCannotBeTold_isCounted_andTheNextAnswerIsSent() {
    var failures = new AtomicInteger();
    var sent = new CompletableFuture<Boolean>();
    try (var answers = new AnswerThread(new Guarded(failures::incrementAndGet))) {
      answers.run(
          () -> {
            throw new IllegalStateException("planted");
          },
          e -> {
            throw new IllegalStateException("planted", e);
          });
      answers.run(() -> sent.complete(true), sent::completeExceptionally);
      assertThat(sent.join()).isTrue();
    }
    assertThat(failures).hasValue(1);
  }
}
