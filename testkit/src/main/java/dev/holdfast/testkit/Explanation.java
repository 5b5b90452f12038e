package dev.holdfast.testkit;

import static java.util.Comparator.comparingLong;

import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.GotCorrupt;
import dev.holdfast.testkit.Operation.Put;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Explains the fault of a history that no order explains.
 *
 * <p>It rests on this: if an order explains a history, the same order explains it without some of
 * its reads, or without PUTs that nobody read. So "can't be explained", once true, stays true as
 * these are added. Halving finds the first one that makes it true.
 */
final class Explanation {
  private static final int SURROUNDING_MAX = 30;

  private final List<Operation> operations;
  private final Optional<String> initial;

  private Explanation(List<Operation> operations, Optional<String> initial) {
    this.operations = operations;
    this.initial = initial;
  }

  /** Explains a history for which {@link Ordering#exists} is false. */
  static Verdict.Violation of(List<Operation> operations, Optional<String> initial) {
    return new Explanation(operations, initial).explain();
  }

  private Verdict.Violation explain() {
    List<Operation> writes = operations.stream().filter(o -> !o.isRead()).toList();
    List<Operation> reads =
        operations.stream()
            .filter(Operation::isRead)
            .sorted(comparingLong(Operation::returnedNs))
            .toList();
    List<Operation> conflict = conflict(writes, reads);
    Operation culprit = conflict.getFirst();
    conflict.addAll(conflictingWrites(writes, conflict));
    return new Verdict.Violation(culprit, describe(culprit, conflict));
  }

  private List<Operation> conflictingWrites(List<Operation> writes, List<Operation> reads) {
    Set<String> valuesRead =
        reads.stream()
            .flatMap(o -> o.action() instanceof Got(String v) ? Stream.of(v) : Stream.empty())
            .collect(Collectors.toSet());
    List<Operation> given = new ArrayList<>(reads);
    List<Operation> read = new ArrayList<>();
    List<Operation> unread = new ArrayList<>();
    for (Operation write : writes) {
      switch (write.action()) {
        case Put(String v) -> (valuesRead.contains(v) ? read : unread).add(write);
        case Delete _ -> given.add(write);
        case Got _, GotAbsent _, GotCorrupt _ -> throw new IllegalArgumentException("no write");
      }
    }
    given.addAll(read);
    unread.sort(comparingLong(Operation::invokedNs));
    read.addAll(conflict(given, unread));
    return read;
  }

  /**
   * Returns a smallest set of candidates that can't be explained together with the given
   * operations. Its first element is the candidate, in their order, with which the trouble began.
   */
  private List<Operation> conflict(List<Operation> given, List<Operation> candidates) {
    List<Operation> conflict = new ArrayList<>();
    List<Operation> left = candidates;
    while (isExplained(given, conflict, List.of())) {
      int fine = 0;
      int wrong = left.size();
      while (wrong - fine > 1) {
        int middle = (fine + wrong) / 2;
        if (isExplained(given, conflict, left.subList(0, middle))) {
          fine = middle;
        } else {
          wrong = middle;
        }
      }
      conflict.add(left.get(fine));
      left = left.subList(0, fine);
    }
    return conflict;
  }

  private boolean isExplained(
      List<Operation> given, List<Operation> conflict, List<Operation> candidates) {
    List<Operation> all = new ArrayList<>(given);
    all.addAll(conflict);
    all.addAll(candidates);
    return Ordering.exists(all, initial);
  }

  private String describe(Operation culprit, List<Operation> conflict) {
    long startNs = operations.stream().mapToLong(Operation::invokedNs).min().orElseThrow();
    Set<Operation> marked = Collections.newSetFromMap(new IdentityHashMap<>());
    marked.addAll(conflict);
    String table =
        surrounding(culprit, marked).stream()
            .map(o -> (marked.contains(o) ? "  > " : "    ") + line(o, startNs))
            .collect(Collectors.joining("\n"));
    return """
        %s
            %s
        The reads that returned before it can all be explained. The operations marked >, \
        with the DELETEs there are, contradict each other:
        %s"""
        .formatted(reason(culprit), line(culprit, startNs), table);
  }

  private String reason(Operation culprit) {
    return switch (culprit.action()) {
      case GotCorrupt _ -> "This read returned bytes that nobody wrote:";
      case Got(String value) when !isWritten(value) ->
          "This read returned a value that no write of this history wrote:";
      case Got _, GotAbsent _ ->
          "No order of the operations that keeps to their times explains this read:";
      case Put _, Delete _ -> throw new IllegalArgumentException("no read: " + culprit);
    };
  }

  private boolean isWritten(String value) {
    return initial.filter(value::equals).isPresent()
        || operations.stream().anyMatch(o -> o.action().equals(new Put(value)));
  }

  /** Returns the marked operations and those next to the read in time, by invocation. */
  private List<Operation> surrounding(Operation culprit, Collection<Operation> marked) {
    Stream<Operation> near =
        operations.stream()
            .filter(o -> !marked.contains(o))
            .sorted(
                Comparator.<Operation>comparingLong(o -> gapNs(o, culprit))
                    .thenComparingLong(o -> Math.abs(o.invokedNs() - culprit.invokedNs())))
            .limit(Math.max(0, SURROUNDING_MAX - marked.size()));
    return Stream.concat(marked.stream(), near)
        .sorted(comparingLong(Operation::invokedNs))
        .toList();
  }

  /** Returns the time between the end of the one and the begin of the other; 0 if they overlap. */
  private static long gapNs(Operation one, Operation other) {
    if (one.returnedNs() < other.invokedNs()) {
      return other.invokedNs() - one.returnedNs();
    }
    return Math.max(0, one.invokedNs() - other.returnedNs());
  }

  private static String line(Operation operation, long startNs) {
    String returned =
        operation.returnedNs() == Operation.NEVER
            ? "(unknown)"
            : "%.3f".formatted((operation.returnedNs() - startNs) / 1e6);
    return String.format(
        Locale.ROOT,
        "%10.3f .. %10s ms  client %3d  %s",
        (operation.invokedNs() - startNs) / 1e6,
        returned,
        operation.client(),
        operation.action());
  }
}
