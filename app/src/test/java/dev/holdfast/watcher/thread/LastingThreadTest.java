package dev.holdfast.watcher.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

class LastingThreadTest {
  private final AtomicInteger turns = new AtomicInteger();

  @Test
  void turnThatFails_andFailsAgainAsItIsLogged_isCounted_andTheThreadGoesOn() throws Exception {
    LastingThread thread =
        thread(
            () -> {
              int count = turns.incrementAndGet();
              if (count == 1) {
                throw new PlantedError();
              }
              if (count == 2) {
                throw new IllegalStateException(new PlantedError());
              }
              return count < 4;
            });

    thread.start();
    assertThat(thread.join(Patience.STEP)).isTrue();

    assertThat(turns).hasValue(4);
    assertThat(thread.failures()).isEqualTo(2);
    assertThat(thread.hasDied()).isFalse();
  }

  @Test
  void hasDied_ofAThreadThatNoTurnHasEnded() throws Exception {
    LastingThread thread =
        new LastingThread(
            "planted",
            1,
            NOPLogger.NOP_LOGGER,
            () -> {
              throw new InterruptedException("planted");
            });
    assertThat(thread.hasDied()).as("before its start").isFalse();

    thread.start();

    Await.until("it has died", thread::hasDied);
    thread.start(); // which does nothing
    assertThat(thread.failures()).isEqualTo(1);
  }

  private static LastingThread thread(LastingThread.Turn turn) {
    return new LastingThread("planted", 1, LoggerFactory.getLogger("planted"), turn);
  }
}
