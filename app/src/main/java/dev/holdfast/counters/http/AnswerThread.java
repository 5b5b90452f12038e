package dev.holdfast.counters.http;

import dev.holdfast.counters.Guarded;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends the answers that an actor gives under its lock. Sending takes long, compared with counting,
 * and a connection goes on with its next request on the thread that has sent an answer. The
 * requests in progress have their bounds, and so have the answers that wait here.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class AnswerThread implements AutoCloseable {
  private final Guarded guarded;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().name("counters-answers").daemon().factory());

  AnswerThread(Guarded guarded) {
    this.guarded = guarded;
  }

  /**
   * Runs a task that sends an answer.
   *
   * @param failed hears if it failed, or if this has ended
   */
  void run(Runnable send, Consumer<Exception> failed) {
    try {
      thread.execute(() -> guarded.run(() -> sendOrFail(send, failed)));
    } catch (RejectedExecutionException closed) {
      failed.accept(closed);
    }
  }

  private static void sendOrFail(Runnable send, Consumer<Exception> failed) {
    try {
      send.run();
    } catch (RuntimeException e) { // nobody else would answer
      failed.accept(e);
    } catch (Error e) { // also without memory: a client that gets no answer waits for one
      failed.accept(new IllegalStateException(e));
    }
  }

  /** Ends when all that waits is sent. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
