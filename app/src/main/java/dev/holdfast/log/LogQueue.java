package dev.holdfast.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.LoggerFactory;

/**
 * A queue in front of an appender: whoever logs does not wait for whoever reads the log. Events
 * that find no room, or on which the appender fails with an error, are dropped and counted. For
 * logback.xml.
 *
 * <p>It has a thread of its own, which no failure ends: that of logback's queue ends for good if
 * memory is short once.
 *
 * <p>Threading: any number of threads.
 */
public final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent>
    implements AppenderAttachable<ILoggingEvent> {
  /** How many events wait at most, beside the one that is being written. */
  static final int EVENTS_MAX = 8192;

  /** How long the end waits for those that wait, in ms. */
  private static final int END_MS = 2_000;

  /** How long the thread rests after a failure, so that it takes no CPU while memory is short. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final AtomicLong dropped = new AtomicLong();

  private final ThreadFactory threads;
  private final AppenderAttachableImpl<ILoggingEvent> appenders = new AppenderAttachableImpl<>();
  private final BlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(EVENTS_MAX);
  private volatile Optional<Thread> thread = Optional.empty();

  /** A queue of whatever levels. */
  public LogQueue() {
    this(Thread.ofPlatform().daemon().factory());
  }

  /**
   * A queue.
   *
   * @param threads makes its thread
   */
  LogQueue(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Returns how many events the queues of this process have dropped. */
  public static long dropped() {
    return dropped.get();
  }

  /** Returns the names of the queues' threads that have ended, and should not have. */
  public static Stream<String> endedThreads() {
    return all().filter(LogQueue::hasDied).map(LogQueue::threadName);
  }

  /** Ends all queues: the events that wait go to the log, and what is logged later is dropped. */
  public static void endAll() {
    all().forEach(LogQueue::stop);
  }

  private static Stream<LogQueue> all() {
    if (!(LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root)) {
      return Stream.empty();
    }
    Iterable<Appender<ILoggingEvent>> found = root::iteratorForAppenders;
    return StreamSupport.stream(found.spliterator(), false)
        .filter(LogQueue.class::isInstance)
        .map(LogQueue.class::cast);
  }

  @Override
  public void start() {
    if (isStarted()) {
      return;
    }
    Thread made = threads.newThread(this::run);
    made.setName(threadName());
    super.start();
    thread = Optional.of(made);
    made.start();
  }

  private String threadName() {
    return "log-" + getName();
  }

  /** Returns true if the thread has ended before the queue. */
  boolean hasDied() {
    return isStarted()
        && thread.filter(one -> one.getState() == Thread.State.TERMINATED).isPresent();
  }

  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    Thread last = thread.orElseThrow();
    last.interrupt();
    boolean isInterrupted = Thread.interrupted(); // The end of a process waits all the same.
    try {
      last.join(END_MS);
    } catch (InterruptedException e) {
      isInterrupted = true;
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    if (!queue.offer(event)) {
      dropped.incrementAndGet();
    }
  }

  private void run() {
    while (isStarted()) {
      try {
        write(queue.take());
      } catch (InterruptedException e) {
        // By stop(), or by an appender that has left an interrupt behind.
      } catch (RuntimeException | Error e) { // such as no memory
        LockSupport.parkNanos(REST_NANOS);
      }
    }
    for (ILoggingEvent left = queue.poll(); left != null; left = queue.poll()) {
      write(left);
    }
    appenders.detachAndStopAllAppenders();
  }

  private void write(ILoggingEvent event) {
    try {
      appenders.appendLoopOnAppenders(event);
    } catch (RuntimeException | Error e) { // There is nowhere to log it.
      dropped.incrementAndGet();
    }
  }

  @Override
  public void addAppender(Appender<ILoggingEvent> appender) {
    appenders.addAppender(appender);
  }

  @Override
  public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
    return appenders.iteratorForAppenders();
  }

  @Override
  public Appender<ILoggingEvent> getAppender(String name) {
    return appenders.getAppender(name);
  }

  @Override
  public boolean isAttached(Appender<ILoggingEvent> appender) {
    return appenders.isAttached(appender);
  }

  @Override
  public void detachAndStopAllAppenders() {
    appenders.detachAndStopAllAppenders();
  }

  @Override
  public boolean detachAppender(Appender<ILoggingEvent> appender) {
    return appenders.detachAppender(appender);
  }

  @Override
  public boolean detachAppender(String name) {
    return appenders.detachAppender(name);
  }
}
