package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All measurements, in their order.
 *
 * <p>Threading: of one thread.
 */
final class Results {
  /**
   * One measurement.
   *
   * @param row the id of the row
   * @param round the number of the round, from 1
   * @param loadAverage the machine's load over the minute before, as the kernel says it
   */
  record Entry(
      String row,
      Candidate candidate,
      int round,
      double value,
      Map<String, Object> details,
      Sample sample,
      String loadAverage) {}

  /** Cores that were busy for this share of their time count as full. */
  private static final double BUSY = 0.95;

  private final List<Entry> entries = new ArrayList<>();

  void add(Entry entry) {
    entries.add(entry);
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Returns the spread of a row's rounds for a candidate, or empty if it was not measured. */
  Optional<Spread> spread(String row, Candidate candidate) {
    List<Double> values =
        entries.stream()
            .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
            .map(Entry::value)
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** Returns the checked answers of a candidate in a row. */
  Sample sample(String row, Candidate candidate) {
    return entries.stream()
        .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
        .map(Entry::sample)
        .reduce(Sample.NONE, Sample::and);
  }

  /** Returns the sum of a detail over all rounds. */
  long count(String row, Candidate candidate, String detail) {
    return entries.stream()
        .filter(entry -> entry.row.equals(row) && entry.candidate == candidate)
        .map(entry -> entry.details.get(detail))
        .filter(Number.class::isInstance)
        .mapToLong(number -> ((Number) number).longValue())
        .sum();
  }

  /**
   * Returns in how many rounds the load's cores were full and the servers' were not: the load
   * measured itself.
   */
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

  /** Returns the wrong answers. A row that counts wrong answers has none here. */
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
