package dev.holdfast;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Silences loggers while the tests of a class run, and gives them back their levels. It is for
 * tests with thousands of failures on purpose, each of which the code logs. A test registers it in
 * a static field, with {@code @RegisterExtension}.
 */
public final class QuietLogs implements BeforeAllCallback, AfterAllCallback {
  private final List<Logger> loggers;

  /** The levels before, in the order of the loggers; null is inherited. */
  private final List<Level> levels = new ArrayList<>();

  private QuietLogs(Stream<org.slf4j.Logger> loggers) {
    this.loggers = loggers.map(Logger.class::cast).toList();
  }

  /** Silences these classes. */
  public static QuietLogs of(Class<?>... classes) {
    return new QuietLogs(Stream.of(classes).map(LoggerFactory::getLogger));
  }

  /** Silences all classes of the project. */
  public static QuietLogs ofAll() {
    return new QuietLogs(Stream.of(LoggerFactory.getLogger("dev.holdfast")));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    for (Logger logger : loggers) {
      levels.add(logger.getLevel());
      logger.setLevel(Level.OFF);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (int i = 0; i < loggers.size(); i++) {
      loggers.get(i).setLevel(levels.get(i));
    }
    levels.clear();
  }
}
