package dev.holdfast.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The log lines of a class while this is open, from INFO on, as {@code LEVEL message}. */
public final class LogLines implements AutoCloseable {
  private final Logger logger;
  private final Level before; // null: that of its parent
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  private LogLines(Logger logger) {
    this.logger = logger;
    this.before = logger.getLevel();
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  /** Starts to listen. {@code name} is the full name of a class. */
  public static LogLines of(String name) {
    return new LogLines((Logger) LoggerFactory.getLogger(name));
  }

  /** Returns the lines so far. */
  public List<String> lines() {
    return List.copyOf(appender.list).stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Override
  public void close() {
    logger.setLevel(before);
    logger.setAdditive(true);
    logger.detachAppender(appender);
    appender.stop();
  }
}
