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
 * <p>Nobody knows of a page before the first time that it is slow. While such a one holds a thread
 * of the quick lane, that lane has another thread, up to {@value #RELIEFS_MAX} of them.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class Judges {
  /** A judgement that takes so long is slow, in ns. */
  static final long SLOW_NANOS = 50_000_000;

  /** So many quick judgements in a row bring an endpoint back to the quick lane. */
  static final int QUICK_IN_ROW = 10;

  /** The most threads that the quick lane has instead of those that slow pages hold. */
  static final int RELIEFS_MAX = 8;

  /** The most endpoints that are known as slow. The one that was slow first is forgotten. */
  private static final int SLOW_MAX = 10_000;

  private final int threads;
  private final Deadlines deadlines;
  private final LongSupplier nanos;
  private final ThreadPoolExecutor quick;
  private final ThreadPoolExecutor slow;

  /** How many slow pages hold a thread of the quick lane that another one stands in for. */
  private int reliefs; // guarded by this

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
   * @param deadlines sees that a judgement takes long
   */
  Judges(int threads, Deadlines deadlines, LongSupplier nanos) {
    this.threads = threads;
    this.deadlines = deadlines;
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
    if (isSlow(endpoint)) {
      slow.execute(() -> run(endpoint, judgement));
      return;
    }
    quick.execute(
        () -> {
          var turn = new QuickTurn(endpoint);
          try {
            run(endpoint, judgement);
          } finally {
            turn.end();
          }
        });
  }

  private void run(EndpointId endpoint, Runnable judgement) {
    long beginNanos = nanos.getAsLong();
    judgement.run();
    note(endpoint, nanos.getAsLong() - beginNanos);
  }

  /** A judgement in the quick lane, which may turn out to be slow. Guarded by the judges. */
  private final class QuickTurn {
    private final EndpointId endpoint;
    private final Deadlines.Deadline deadline;
    private boolean isOver;
    private boolean isRelieved;

    QuickTurn(EndpointId endpoint) {
      this.endpoint = endpoint;
      this.deadline = deadlines.at(nanos.getAsLong() + SLOW_NANOS, this::late);
    }

    /** It is slow: from now on, and another thread goes on meanwhile. */
    private void late() {
      synchronized (Judges.this) {
        if (isOver) {
          return;
        }
        slowOnes.put(endpoint, 0);
        if (reliefs < RELIEFS_MAX) {
          isRelieved = true;
          reliefs++;
          quick.setMaximumPoolSize(threads + reliefs);
          quick.setCorePoolSize(threads + reliefs);
        }
      }
    }

    void end() {
      deadline.drop();
      synchronized (Judges.this) {
        isOver = true;
        if (isRelieved) {
          reliefs--;
          quick.setCorePoolSize(threads + reliefs);
          quick.setMaximumPoolSize(threads + reliefs);
        }
      }
    }
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

  /** Returns how many threads there are. */
  int threads() {
    return quick.getPoolSize() + slow.getPoolSize();
  }

  /** Takes no further judgements. */
  void close() {
    quick.shutdown();
    slow.shutdown();
  }
}
