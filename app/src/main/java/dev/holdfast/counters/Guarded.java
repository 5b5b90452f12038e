package dev.holdfast.counters;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a failure of one task from the tasks beside it and behind it. It is logged and counted.
 *
 * <p>Going on is safe for a task that tells somebody of a change that is forced already: whoever
 * was to be told hears nothing, and all others do. It is not safe for a task that somebody waits
 * for, or that ends a state such as "a question is under way": nobody would ever end it. Such a
 * task has another one that makes up for it ({@link #run(Runnable, Runnable)}), or ends the state
 * before all that may fail. {@code -XX:+ExitOnOutOfMemoryError} ends a process without memory
 * before it gets here.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Guarded {
  private static final Logger log = LoggerFactory.getLogger(Guarded.class);

  private final Runnable failed;

  /**
   * @param failed counts the failures, on any thread
   */
  public Guarded(Runnable failed) {
    this.failed = failed;
  }

  /** Returns one that takes what the other one takes, and does not throw. */
  public <T> Consumer<T> consumer(Consumer<T> then) {
    return told -> run(() -> then.accept(told));
  }

  /**
   * Runs a task.
   *
   * @param otherwise runs if the task has thrown anything, and is guarded, too
   */
  public void run(Runnable task, Runnable otherwise) {
    if (!run(task)) {
      run(otherwise);
    }
  }

  /** Runs a task. Returns false if it has thrown anything. */
  public boolean run(Runnable task) {
    try {
      task.run();
      return true;
    } catch (RuntimeException | Error e) {
      log.error("a task of the actor failed; the actor goes on", e);
      failed.run();
      return false;
    }
  }
}
