package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswerThreadTest {
  @Test
  void error_isToldAsAFailure_andTheNextAnswerIsSent() {
    var failed = new CompletableFuture<Exception>();
    var sent = new CompletableFuture<Boolean>();
    try (var answers = new AnswerThread()) {
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
}
