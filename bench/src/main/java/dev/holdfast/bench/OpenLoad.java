package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Requests at a constant rate, however long the answers take. Latency counts from the time at which
 * a request was due until the header of its answer.
 */
final class OpenLoad {
  /** Checks an answer. */
  interface Check {
    /** Returns the error in the answer to the request with this number, or an empty text. */
    String wrong(int request, Client.Answer answer);
  }

  private record Sent(long dueNanos, CompletableFuture<Client.Answer> answer) {}

  private OpenLoad() {}

  /**
   * Sends the requests, and waits for all answers.
   *
   * @param warmUp requests that go first and are checked, but not timed
   * @return the 99th percentile in milliseconds
   */
  static Figure run(
      double perSecond,
      int warmUp,
      int requests,
      IntFunction<CompletableFuture<Client.Answer>> send,
      Check check)
      throws InterruptedException {
    var sent = new ArrayList<Sent>();
    long start = System.nanoTime();
    for (int i = 0; i < warmUp + requests; i++) {
      long due = start + (long) (i / perSecond * TimeUnit.SECONDS.toNanos(1));
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      sent.add(new Sent(due, send.apply(i)));
    }
    var millis = new ArrayList<Double>();
    Sample sample = Sample.NONE;
    for (int i = 0; i < sent.size(); i++) {
      String wrong;
      try {
        Client.Answer answer = sent.get(i).answer.get();
        wrong = check.wrong(i, answer);
        if (i >= warmUp) {
          millis.add((answer.firstByteNanos() - sent.get(i).dueNanos) / 1e6);
        }
      } catch (ExecutionException e) {
        wrong = e.getCause().toString();
      }
      sample = sample.and(new Sample(1, wrong.isEmpty() ? 0 : 1, wrong));
    }
    return figure(millis, sample);
  }

  /** Returns the 99th percentile, with other percentiles as details. */
  static Figure figure(List<Double> millis, Sample sample) {
    List<Double> sorted = millis.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return new Figure(Double.NaN, Map.of(), sample);
    }
    var details = new LinkedHashMap<String, Object>();
    details.put("timed", sorted.size());
    details.put("p50_ms", percentile(sorted, 50));
    details.put("p99_ms", percentile(sorted, 99));
    details.put("max_ms", sorted.getLast());
    return new Figure(percentile(sorted, 99), details, sample);
  }

  /**
   * Returns a percentile by the nearest rank.
   *
   * @param sorted the values, ascending, at least one
   */
  static double percentile(List<Double> sorted, double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(1, rank) - 1);
  }
}
