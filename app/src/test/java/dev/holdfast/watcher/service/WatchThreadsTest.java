package dev.holdfast.watcher.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.watcher.thread.LastingThread;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class WatchThreadsTest {
  @Test
  void trouble_isTheThreadThatHasDied() throws Exception {
    var closing = new CountDownLatch(1);
    LastingThread lives =
        thread(
            "lives",
            () -> {
              closing.await();
              return false;
            });
    LastingThread dies =
        thread(
            "dies",
            () -> {
              throw new InterruptedException("planted");
            });
    LastingThread ends = thread("ends", () -> false);
    var threads = new WatchThreads(() -> Stream.of(lives, ends, dies), Stream::of);
    lives.start();
    ends.start();
    ends.join();
    assertThat(threads.trouble()).isEmpty();

    dies.start();

    Await.until("it has died", dies::hasDied);
    assertThat(threads.trouble()).hasValue("the thread dies has ended");
    assertThat(threads.failures()).isEqualTo(1);
    closing.countDown();
  }

  @Test
  void trouble_isTheLoopThatHasEnded() {
    var threads = new WatchThreads(Stream::of, () -> List.of("watcher-tls-0").stream());

    assertThat(threads.trouble()).hasValue("the thread watcher-tls-0 has ended");
  }

  private static LastingThread thread(String name, LastingThread.Turn turn) {
    return new LastingThread(name, 1, NOPLogger.NOP_LOGGER, turn);
  }
}
