package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same work on each of many items, some at once. */
final class Parallel {
  /** The work on an item. */
  interface Work<T> {
    void with(T item) throws IOException, InterruptedException;
  }

  private Parallel() {}

  /**
   * Returns when all work is done. Throws the first failure, when no thread works any more.
   *
   * @param atOnce the threads at work, 1 or more
   */
  static <T> void each(List<T> items, int atOnce, Work<T> work)
      throws IOException, InterruptedException {
    Queue<T> left = new ConcurrentLinkedQueue<>(items);
    var workers = new ArrayList<Future<?>>();
    try (var threads = Executors.newFixedThreadPool(atOnce)) {
      for (int i = 0; i < atOnce; i++) {
        workers.add(
            threads.submit(
                () -> {
                  for (T item = left.poll(); item != null; item = left.poll()) {
                    work.with(item);
                  }
                  return null;
                }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      left.clear();
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }
}
