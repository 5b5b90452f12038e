package dev.holdfast.disk;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * An executor that runs its tasks when a test says so, on the thread of the test. So requests that
 * are made before share a force.
 */
public final class Later implements Executor {
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs all tasks. */
  public void run() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }
}
