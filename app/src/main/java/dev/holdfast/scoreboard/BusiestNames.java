package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that are asked for most, in constant memory: the space-saving sketch (Metwally, Agrawal
 * and El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams").
 *
 * <ul>
 *   <li>A name that is not remembered replaces the one with the lowest count, and takes over its
 *       count.
 *   <li>So a count may be too high, by a known number. It is never too low.
 *   <li>A name with more than one in {@code capacity} of all requests is always remembered.
 * </ul>
 */
final class BusiestNames {
  private final int capacity;
  private final Map<String, Counter> counters = new HashMap<>();

  /** A binary heap, the lowest count first. */
  private final List<Counter> heap = new ArrayList<>();

  /**
   * A name and its requests.
   *
   * @param tooManyMax by how many the count may be too high
   */
  @com.fasterxml.jackson.databind.annotation.JsonNaming(
      com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Busy(String name, long requests, long tooManyMax) {}

  private static final class Counter {
    private String name;
    private long count;
    private long tooManyMax;
    private int position;

    Counter(String name, int position) {
      this.name = name;
      this.position = position;
    }
  }

  /**
   * @param capacity how many names are remembered, 1 or more
   */
  BusiestNames(int capacity) {
    this.capacity = capacity;
  }

  void add(String name) {
    Counter counter = counters.get(name);
    if (counter == null) {
      counter = heap.size() < capacity ? fresh(name) : replaceLowest(name);
      counters.put(name, counter);
    }
    counter.count++;
    sink(counter);
  }

  /**
   * Returns the busiest names, the highest count first; names with equal counts in alphabetical
   * order.
   */
  List<Busy> top(int count) {
    return heap.stream()
        .map(counter -> new Busy(counter.name, counter.count, counter.tooManyMax))
        .sorted(Comparator.comparingLong(Busy::requests).reversed().thenComparing(Busy::name))
        .limit(count)
        .toList();
  }

  /** Returns how many names are remembered. */
  int size() {
    return heap.size();
  }

  private Counter fresh(String name) {
    var counter = new Counter(name, heap.size());
    heap.add(counter);
    rise(counter);
    return counter;
  }

  private Counter replaceLowest(String name) {
    Counter lowest = heap.getFirst();
    counters.remove(lowest.name);
    lowest.name = name;
    lowest.tooManyMax = lowest.count;
    return lowest;
  }

  private void rise(Counter counter) {
    while (counter.position > 0 && heap.get((counter.position - 1) / 2).count > counter.count) {
      swap(counter, heap.get((counter.position - 1) / 2));
    }
  }

  private void sink(Counter counter) {
    while (true) {
      Counter lower = lowerChild(counter.position);
      if (lower == null || lower.count >= counter.count) {
        return;
      }
      swap(counter, lower);
    }
  }

  private Counter lowerChild(int position) {
    int left = 2 * position + 1;
    if (left >= heap.size()) {
      return null;
    }
    Counter a = heap.get(left);
    Counter b = left + 1 < heap.size() ? heap.get(left + 1) : a;
    return b.count < a.count ? b : a;
  }

  private void swap(Counter a, Counter b) {
    int position = a.position;
    a.position = b.position;
    b.position = position;
    heap.set(a.position, a);
    heap.set(b.position, b);
  }
}
