package dev.holdfast.disk;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Runs what it was given when it is told to, on the thread that tells it. So requests that are made
 * before share a force.
 */
public final class Later implements Executor {
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs everything. */
  public void run() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }
}
