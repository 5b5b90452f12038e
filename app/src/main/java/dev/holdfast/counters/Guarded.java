package dev.holdfast.counters;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a failure of one who waits from those who wait with it. It is logged: whoever was to be
 * told hears nothing, and all others do.
 */
final class Guarded {
  private static final Logger log = LoggerFactory.getLogger(Guarded.class);

  private Guarded() {}

  static <T> Consumer<T> consumer(Consumer<T> then) {
    return told -> run(() -> then.accept(told));
  }

  static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("an answer failed", e);
    }
  }
}
