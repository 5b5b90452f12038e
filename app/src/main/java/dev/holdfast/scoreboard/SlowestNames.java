package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The names with the slowest requests, each with its slowest one: exact, and in constant memory.
 */
final class SlowestNames {
  private static final Comparator<LogEntry> SLOWEST_FIRST =
      Comparator.comparingLong(LogEntry::durationMs)
          .reversed()
          .thenComparingLong(LogEntry::second)
          .thenComparing(LogEntry::name);

  private final int capacity;

  /** The slowest first, each name once. */
  private final List<LogEntry> slowest = new ArrayList<>();

  SlowestNames(int capacity) {
    this.capacity = capacity;
  }

  void add(LogEntry entry) {
    if (slowest.size() == capacity && entry.durationMs() <= slowest.getLast().durationMs()) {
      return;
    }
    for (int i = 0; i < slowest.size(); i++) {
      if (slowest.get(i).name().equals(entry.name())) {
        if (entry.durationMs() > slowest.get(i).durationMs()) {
          slowest.set(i, entry);
          slowest.sort(SLOWEST_FIRST);
        }
        return;
      }
    }
    if (slowest.size() == capacity) {
      slowest.removeLast();
    }
    slowest.add(entry);
    slowest.sort(SLOWEST_FIRST);
  }

  List<LogEntry> all() {
    return List.copyOf(slowest);
  }
}
