package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.EndpointId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The threads that decode and search, in two lanes. An endpoint whose page took long goes to the
 * slow lane, until its pages have been quick for a while. So a slow pattern delays slow ones alone.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class Judges {
  /** A judgement that takes so long is slow, in ns. */
  static final long SLOW_NANOS = 50_000_000;

  /** So many quick judgements in a row bring an endpoint back to the quick lane. */
  static final int QUICK_IN_ROW = 10;

  /** The most endpoints that are known as slow. The one that was slow first is forgotten. */
  private static final int SLOW_MAX = 10_000;

  private final LongSupplier nanos;
  private final ThreadPoolExecutor quick;
  private final ThreadPoolExecutor slow;

  /** The slow endpoints, each with its quick judgements in a row. Guarded by this. */
  private final Map<EndpointId, Integer> slowOnes =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EndpointId, Integer> eldest) {
          return size() > SLOW_MAX;
        }
      };

  /**
   * @param threads how many threads each lane has
   */
  Judges(int threads, LongSupplier nanos) {
    this.nanos = nanos;
    this.quick = lane("watcher-judge-", threads);
    this.slow = lane("watcher-slow-judge-", threads);
  }

  /** A queue holds one task for each check that waits, and those that were given up meanwhile. */
  private static ThreadPoolExecutor lane(String name, int threads) {
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /**
   * Runs a judgement on a thread of the lane of its endpoint.
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  void execute(EndpointId endpoint, Runnable judgement) {
    ThreadPoolExecutor lane = isSlow(endpoint) ? slow : quick;
    lane.execute(
        () -> {
          long beginNanos = nanos.getAsLong();
          judgement.run();
          note(endpoint, nanos.getAsLong() - beginNanos);
        });
  }

  private synchronized boolean isSlow(EndpointId endpoint) {
    return slowOnes.containsKey(endpoint);
  }

  private synchronized void note(EndpointId endpoint, long tookNanos) {
    if (tookNanos >= SLOW_NANOS) {
      slowOnes.put(endpoint, 0);
    } else if (slowOnes.containsKey(endpoint)
        && slowOnes.merge(endpoint, 1, Integer::sum) >= QUICK_IN_ROW) {
      slowOnes.remove(endpoint);
    }
  }

  /** Returns how many judgements wait for a thread. */
  int waiting() {
    return quick.getQueue().size() + slow.getQueue().size();
  }

  /** Takes no further judgements. */
  void close() {
    quick.shutdown();
    slow.shutdown();
  }
}
