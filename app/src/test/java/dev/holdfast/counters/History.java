package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The requests for one counter and their answers, as clients have seen them. Increment k adds 16 to
 * the power of k, so that the digits of a read say which increments it counts.
 *
 * <p>{@link #check} decides whether there is an order of all increments and reads that explains
 * what was seen and keeps the order in which they really happened (linearizability).
 */
final class History {
  private static final int BITS = 4;

  private final List<Op> ops = new ArrayList<>();
  private int adds;
  private long now = 1;
  private Optional<String> wrongBefore = Optional.empty();

  /** An increment or a read. */
  static final class Op {
    final int add; // -1: a read
    final String where;
    final long begun;
    long ended = Long.MAX_VALUE;
    boolean counts = true; // false: surely nothing was counted
    BigInteger value; // of a read
    long lost; // when an increment may have been lost; 0: never
    boolean isDoubtful; // nobody promises that a read finds this increment
    boolean isKept; // its directory still has it, and it was acknowledged
    Set<String> mayLack = Set.of(); // of a read: where what was counted may be missing

    Op(int add, String where, long begun) {
      this.add = add;
      this.where = where;
      this.begun = begun;
    }

    boolean isRead() {
      return add < 0;
    }

    @Override
    public String toString() {
      return (isRead() ? "read " + (value == null ? "-" : value.toString(16)) : "add " + add)
          + " at "
          + where
          + " ["
          + begun
          + ", "
          + (ended == Long.MAX_VALUE ? "" : ended)
          + "]";
    }
  }

  synchronized Op beginAdd(String where) {
    var op = new Op(adds++, where, now++);
    ops.add(op);
    return op;
  }

  static BigInteger amount(Op add) {
    return BigInteger.ONE.shiftLeft(BITS * add.add);
  }

  synchronized void acknowledged(Op add) {
    add.isKept = true;
    if (add.isDoubtful) {
      now++;
    } else {
      add.ended = now++;
    }
  }

  /** An increment begins at an actor that is not in the configuration, and may not know it. */
  synchronized Op beginDoubtfulAdd(String where) {
    Op op = beginAdd(where);
    op.isDoubtful = true;
    op.lost = op.begun;
    return op;
  }

  /** Returns a moment, for {@link #lost(String, long)}. */
  synchronized long moment() {
    return now++;
  }

  /** Nothing was counted, surely. */
  synchronized void refused(Op add) {
    add.counts = false;
    add.ended = now++;
  }

  synchronized Op beginRead(String where) {
    return new Op(-1, where, now++);
  }

  synchronized void read(Op read, BigInteger value) {
    read.ended = now++;
    read.value = value;
    ops.add(read);
  }

  /**
   * A directory is lost. Until now everything counts as ever. From now on what was acknowledged
   * there may be missing, until a read shows it. So may what was lost before, since it may have
   * been on this directory alone.
   */
  synchronized void lost(String where) {
    lost(where, 0);
  }

  /** A directory goes back to what it was at a moment. */
  synchronized void lost(String where, long moment) {
    for (Op op : ops) {
      if (op.where.equals(where) && op.ended >= moment) {
        op.isKept = false;
      }
    }
    mayMiss(where, moment);
  }

  /** Nobody waits any more for an actor, or asks it. Its directory still has what it counted. */
  synchronized void mayMiss(String where, long moment) {
    wrongBefore = wrongBefore.or(this::check);
    for (Op op : ops) {
      if (!op.isRead() && ((op.where.equals(where) && op.ended >= moment) || op.lost > 0)) {
        op.ended = Long.MAX_VALUE;
        op.isDoubtful = true;
        op.lost = now;
      }
    }
    now++;
  }

  /** Returns acknowledged increments that are on a directory that is there, and not in a value. */
  synchronized List<Op> missing(BigInteger value) {
    return ops.stream()
        .filter(op -> !op.isRead() && op.isKept && !value.testBit(BITS * op.add))
        .toList();
  }

  synchronized int addCount() {
    return adds;
  }

  synchronized long acknowledgedCount() {
    return ops.stream()
        .filter(op -> !op.isRead() && op.counts && op.ended != Long.MAX_VALUE)
        .count();
  }

  synchronized long readCount() {
    return ops.stream().filter(Op::isRead).count();
  }

  /** Returns what is wrong, or empty if nothing is. */
  synchronized Optional<String> check() {
    if (wrongBefore.isPresent()) {
      return wrongBefore;
    }
    for (Op op : ops) {
      if (op.isRead()) {
        Optional<String> wrong = checkDigits(op);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return findCycle();
  }

  private Optional<String> checkDigits(Op read) {
    Map<Integer, Op> known = new HashMap<>();
    ops.stream().filter(op -> !op.isRead()).forEach(op -> known.put(op.add, op));
    int digits = (read.value.bitLength() + BITS - 1) / BITS;
    for (int k = 0; k < digits; k++) {
      int digit = read.value.shiftRight(BITS * k).intValue() & 15;
      if (digit > 1) {
        return Optional.of(read + " counts increment " + k + " " + digit + " times");
      }
      if (digit == 1 && !known.containsKey(k)) {
        return Optional.of(read + " counts increment " + k + ", which never was");
      }
      if (digit == 1 && !known.get(k).counts) {
        return Optional.of(read + " counts " + known.get(k) + ", which was refused");
      }
    }
    return Optional.empty();
  }

  private static boolean counts(Op read, Op add) {
    return read.value.testBit(BITS * add.add);
  }

  /**
   * An increment without an answer that no read counts may never have happened: it is left out. Of
   * all others an edge leads from what comes first to what comes later.
   */
  private Optional<String> findCycle() {
    List<Op> nodes =
        ops.stream()
            .filter(
                op -> op.isRead() || (op.counts && (op.ended != Long.MAX_VALUE || isCounted(op))))
            .toList();
    int count = nodes.size();
    var state = new int[count];
    var parent = new int[count];
    for (int start = 0; start < count; start++) {
      if (state[start] == 0) {
        parent[start] = -1;
        Optional<String> cycle = visit(nodes, start, state, parent);
        if (cycle.isPresent()) {
          return cycle;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> visit(List<Op> nodes, int at, int[] state, int[] parent) {
    state[at] = 1;
    for (int next = 0; next < nodes.size(); next++) {
      if (next != at && isBefore(nodes.get(at), nodes.get(next))) {
        if (state[next] == 1) {
          return Optional.of(describe(nodes, at, next, parent));
        }
        if (state[next] == 0) {
          parent[next] = at;
          Optional<String> cycle = visit(nodes, next, state, parent);
          if (cycle.isPresent()) {
            return cycle;
          }
        }
      }
    }
    state[at] = 2;
    return Optional.empty();
  }

  private static boolean isBefore(Op first, Op second) {
    if (isExempt(first, second) || isExempt(second, first)) {
      return false;
    }
    if (first.ended < second.begun) {
      return true;
    }
    if (!first.isRead() && second.isRead()) {
      return counts(second, first);
    }
    return first.isRead() && !second.isRead() && !counts(first, second);
  }

  private boolean isCounted(Op add) {
    return ops.stream().anyMatch(op -> op.isRead() && counts(op, add));
  }

  private static boolean isExempt(Op read, Op add) {
    return read.isRead()
        && !add.isRead()
        && (read.begun < add.lost || (read.mayLack.contains(add.where) && !counts(read, add)));
  }

  private static String describe(List<Op> nodes, int end, int begin, int[] parent) {
    var cycle = new ArrayList<String>();
    for (int at = end; at != begin && at >= 0; at = parent[at]) {
      cycle.addFirst(nodes.get(at).toString());
    }
    cycle.addFirst(nodes.get(begin).toString());
    return "each of these has to come before the next, and the last before the first: "
        + String.join("; ", cycle);
  }
}
