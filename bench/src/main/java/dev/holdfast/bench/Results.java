package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was measured, in the order in which it was.
 *
 * <p>Threading: of one thread.
 */
final class Results {
  /**
   * One measurement.
   *
   * @param row its id
   * @param round from 1
   * @param loadAverage of the machine over the minute before, as the kernel says it
   */
  record Entry(
      String row,
      Candidate candidate,
      int round,
      double value,
      Map<String, Object> details,
      Sample sample,
      String loadAverage) {}

  /** The share of their time from which on cores count as having none left. */
  private static final double BUSY = 0.95;

  private final List<Entry> entries = new ArrayList<>();

  void add(Entry entry) {
    entries.add(entry);
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** What the rounds of a row came to for a candidate; empty if it was not measured. */
  Optional<Spread> spread(String row, Candidate candidate) {
    List<Double> values =
        entries.stream()
            .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
            .map(Entry::value)
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** Answers of a candidate that were not what they had to be, in a row. */
  Sample sample(String row, Candidate candidate) {
    return entries.stream()
        .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
        .map(Entry::sample)
        .reduce(Sample.NONE, Sample::and);
  }

  /** A detail that is a count, over all rounds. */
  long count(String row, Candidate candidate, String detail) {
    return entries.stream()
        .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
        .map(entry -> entry.details.get(detail))
        .filter(Number.class::isInstance)
        .mapToLong(number -> ((Number) number).longValue())
        .sum();
  }

  /** In how many rounds the load had no core left while the servers had: it measured itself. */
  long loadBound(String row, Candidate candidate) {
    return entries.stream()
        .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
        .filter(entry -> busy(entry, "load_busy") > BUSY && busy(entry, "servers_busy") < BUSY)
        .count();
  }

  private static double busy(Entry entry, String cores) {
    return entry.details.get(cores) instanceof Number share ? share.doubleValue() : 0;
  }

  int rounds() {
    return entries.stream().mapToInt(Entry::round).max().orElse(0);
  }

  /** Whether every answer that was looked at was right; what counts wrong answers has none. */
  List<String> wrong() {
    return entries.stream()
        .filter(entry -> entry.sample.wrong() > 0)
        .map(
            entry ->
                "%s, %s: %d of %d answers wrong: %s"
                    .formatted(
                        entry.row,
                        entry.candidate.title(),
                        entry.sample.wrong(),
                        entry.sample.checked(),
                        entry.sample.first()))
        .toList();
  }
}
