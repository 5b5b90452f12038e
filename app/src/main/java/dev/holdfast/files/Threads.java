package dev.holdfast.files;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the service's threads, once its origin is closed. */
final class Threads {
  private static final Logger log = LoggerFactory.getLogger(Threads.class);
  private static final long END_MS = 1_000;
  private static final long INTERRUPTED_END_MS = 10_000;

  private Threads() {}

  /** Without the origin nothing takes long; who waits for something all the same is interrupted. */
  static void end(ExecutorService threads) {
    threads.shutdown();
    try {
      if (threads.awaitTermination(END_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
      threads.shutdownNow();
      if (!threads.awaitTermination(INTERRUPTED_END_MS, TimeUnit.MILLISECONDS)) {
        log.error("a thread does not end; the staging store may still change");
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
