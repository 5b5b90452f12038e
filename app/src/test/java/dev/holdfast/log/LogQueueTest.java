package dev.holdfast.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import dev.holdfast.testkit.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogQueueTest {
  private final CountDownLatch reading = new CountDownLatch(1);
  private final Queue<String> read = new ConcurrentLinkedQueue<>();
  private final LoggerContext context = new LoggerContext();

  /** An appender whose output nobody reads at first. */
  private final class Stuck extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      try {
        reading.await();
      } catch (InterruptedException e) { // at the end of the queue
        assertThat(reading.getCount()).isZero();
      }
      read.add(event.getFormattedMessage());
    }
  }

  @Test
  void outputThatNobodyReads_holdsUpNobody_andWhatIsDroppedIsCounted() {
    LogQueue queue = queue(new Stuck());
    Logger log = context.getLogger("test");
    log.setLevel(Level.INFO);
    log.addAppender(queue);
    long before = LogQueue.dropped();
    int count = 3 * LogQueue.EVENTS_MAX;

    for (int i = 0; i < count; i++) {
      log.info("event {}", i);
    }
    long dropped = LogQueue.dropped() - before;
    reading.countDown();
    queue.stop();

    assertThat(dropped).isPositive();
    assertThat(read).hasSize((int) (count - dropped));
    List<String> first =
        IntStream.range(0, LogQueue.EVENTS_MAX).mapToObj(i -> "event " + i).toList();
    assertThat(read).startsWith(first.toArray(String[]::new));
  }

  /** A lack of memory in the appender must not end the log for good. */
  @Test
  void appenderThatFails_goesOnWithTheNextEvent() {
    LogQueue queue =
        queue(
            new AppenderBase<>() {
              @Override
              protected void append(ILoggingEvent event) {
                if (event.getMessage().equals("planted")) {
                  throw new OutOfMemoryError("planted");
                }
                read.add(event.getMessage());
              }
            });
    Logger log = context.getLogger("test");
    log.addAppender(queue);
    long before = LogQueue.dropped();

    log.error("planted");
    log.error("next");
    queue.stop();

    assertThat(read).containsExactly("next");
    assertThat(LogQueue.dropped() - before).isEqualTo(1);
  }

  /** An appender that leaves an interrupt behind must not end the log for good either. */
  @Test
  void appenderThatInterruptsItsThread_goesOnWithTheNextEvent() throws Exception {
    LogQueue queue =
        queue(
            new AppenderBase<>() {
              @Override
              protected void append(ILoggingEvent event) {
                read.add(event.getMessage());
                if (event.getMessage().equals("interrupts")) {
                  Thread.currentThread().interrupt();
                }
              }
            });
    Logger log = context.getLogger("test");
    log.addAppender(queue);

    log.error("interrupts");
    Await.until("the first is read", () -> !read.isEmpty());
    log.error("next");
    Await.until("the next is read", () -> read.size() == 2);

    assertThat(queue.hasDied()).isFalse();
    queue.stop();
    assertThat(queue.hasDied()).as("it was asked to end").isFalse();
  }

  @Test
  void threadThatEndsByItself_hasDied() throws Exception {
    LogQueue queue = queue(new Stuck(), new LogQueue(_ -> new Thread(() -> {})));

    Await.until("it has died", queue::hasDied);
    queue.stop();
  }

  private LogQueue queue(Appender<ILoggingEvent> appender) {
    return queue(appender, new LogQueue());
  }

  private LogQueue queue(Appender<ILoggingEvent> appender, LogQueue queue) {
    context.setMDCAdapter(new LogbackMDCAdapter());
    appender.setContext(context);
    queue.setContext(context);
    queue.addAppender(appender);
    appender.start();
    queue.start();
    return queue;
  }
}
