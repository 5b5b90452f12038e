package dev.holdfast.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * A queue in front of an appender: whoever logs does not wait for whoever reads the log. Events
 * that find no room, or that the appender fails on, are dropped and counted. For logback.xml.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
public final class LogQueue extends AsyncAppender {
  /** How many events wait at most, and so many more are in the hand of the thread that writes. */
  static final int EVENTS_MAX = 4096;

  /** How long the end waits for those that wait, in ms. */
  private static final int END_MS = 2_000;

  private static final AtomicLong dropped = new AtomicLong();

  /** An appender whose failures do not end the thread of the queue. */
  private static final class Guarded extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final Appender<ILoggingEvent> appender;

    Guarded(Appender<ILoggingEvent> appender) {
      this.appender = appender;
    }

    @Override
    protected void append(ILoggingEvent event) {
      try {
        appender.doAppend(event);
      } catch (RuntimeException | Error e) { // such as no memory; there is nowhere to log it
        dropped.incrementAndGet();
      }
    }

    @Override
    public void stop() {
      super.stop();
      appender.stop();
    }
  }

  /** A queue that drops none but those without room, of whatever level. */
  public LogQueue() {
    setQueueSize(EVENTS_MAX);
    setDiscardingThreshold(0);
    setNeverBlock(true);
    setMaxFlushTime(END_MS);
  }

  /** Returns how many events the queues of this process have dropped. */
  public static long dropped() {
    return dropped.get();
  }

  /** Ends all queues: the events that wait go to the log, and what is logged later is dropped. */
  public static void endAll() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.iteratorForAppenders()
          .forEachRemaining(
              appender -> {
                if (appender instanceof LogQueue queue) {
                  queue.stop();
                }
              });
    }
  }

  @Override
  public void addAppender(Appender<ILoggingEvent> appender) {
    var guarded = new Guarded(appender);
    guarded.setContext(getContext());
    guarded.start();
    super.addAppender(guarded);
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing(); // without the lock
    synchronized (this) {
      if (getRemainingCapacity() == 0) {
        dropped.incrementAndGet();
      } else {
        super.append(event);
      }
    }
  }
}
