package dev.holdfast.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Requests to several actors at once, by virtual threads with a connection each.
 *
 * <p>Threading: it is started and ended by one thread.
 */
final class CounterLoad implements AutoCloseable {
  private static final int OK = 200;

  /** A request. */
  record Call(String method, String path, String body) {
    static Call add(String name) {
      return new Call("POST", "/counter/" + name, "1");
    }

    static Call consistentValue(String name) {
      return new Call("GET", "/counter/" + name + "/consistent_value", "");
    }
  }

  /**
   * The answers.
   *
   * @param millis how long each good one took, ascending
   * @param others the number of all others, by status or error
   * @param othersMillisMax how long the slowest of the others took; 0 without any
   */
  record Result(
      List<Double> millis, Map<String, Integer> others, double othersMillisMax, double seconds) {
    double perSecond() {
      return millis.size() / seconds;
    }

    double percentile(double percent) {
      return millis.isEmpty() ? Double.NaN : OpenLoad.percentile(millis, percent);
    }

    int failed() {
      return others.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns the failures as a text that follows the figures. */
    String failures() {
      return others.isEmpty() ? "" : "; not answered with 200: " + others;
    }
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> workers = new ArrayList<>();
  private final List<Double> millis = new ArrayList<>(); // guarded by itself
  private final Map<String, Integer> others = new ConcurrentHashMap<>();
  private final DoubleAccumulator othersMillisMax = new DoubleAccumulator(Math::max, 0);
  private final long startNanos = System.nanoTime();
  private final long endNanos;

  private CounterLoad(double seconds) {
    endNanos = startNanos + (long) (seconds * 1e9);
  }

  /**
   * Starts requests at a constant rate. Their time counts from when they were due.
   *
   * @param perSecond of each actor
   * @param inFlight the most requests at an actor at once
   */
  static CounterLoad open(
      List<InetSocketAddress> addresses,
      double perSecond,
      int inFlight,
      double seconds,
      LongFunction<Call> call) {
    var load = new CounterLoad(seconds);
    var all = new AtomicLong();
    for (InetSocketAddress address : addresses) {
      var next = new AtomicLong();
      // Not all actors at the same moment.
      long shift = (long) (1e9 / perSecond * addresses.indexOf(address) / addresses.size());
      for (int i = 0; i < inFlight; i++) {
        load.work(
            address,
            connection -> {
              while (true) {
                long due =
                    load.startNanos + shift + (long) (next.getAndIncrement() / perSecond * 1e9);
                if (due - load.endNanos >= 0) {
                  return;
                }
                for (long left = due - System.nanoTime();
                    left > 0;
                    left = due - System.nanoTime()) {
                  LockSupport.parkNanos(left);
                }
                load.send(connection, call.apply(all.getAndIncrement()), due);
              }
            });
      }
    }
    return load;
  }

  /** Starts requests that follow each other without a pause, so many at once at each actor. */
  static CounterLoad closed(
      List<InetSocketAddress> addresses, int inFlight, double seconds, LongFunction<Call> call) {
    var load = new CounterLoad(seconds);
    var next = new AtomicLong();
    for (InetSocketAddress address : addresses) {
      for (int i = 0; i < inFlight; i++) {
        load.work(
            address,
            connection -> {
              while (System.nanoTime() - load.endNanos < 0) {
                load.send(connection, call.apply(next.getAndIncrement()), System.nanoTime());
              }
            });
      }
    }
    return load;
  }

  private interface Work {
    void with(PlainHttp connection);
  }

  private void work(InetSocketAddress address, Work work) {
    workers.add(
        threads.submit(
            () -> {
              try (var connection = new PlainHttp(address)) {
                work.with(connection);
              }
            }));
  }

  private void send(PlainHttp connection, Call call, long due) {
    try {
      int status = connection.send(call.method, call.path, call.body).status();
      double taken = (System.nanoTime() - due) / 1e6;
      if (status == OK) {
        synchronized (millis) {
          millis.add(taken);
        }
      } else {
        others.merge(Integer.toString(status), 1, Integer::sum);
        othersMillisMax.accumulate(taken);
      }
    } catch (IOException e) {
      others.merge(e.toString(), 1, Integer::sum);
    }
  }

  /** Waits for its end. */
  Result end() throws IOException, InterruptedException {
    for (Future<?> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    double seconds = CounterActors.secondsSince(startNanos);
    synchronized (millis) {
      return new Result(
          millis.stream().sorted().toList(), new TreeMap<>(others), othersMillisMax.get(), seconds);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
