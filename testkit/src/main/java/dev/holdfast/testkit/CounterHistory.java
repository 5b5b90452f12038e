package dev.holdfast.testkit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The requests for one counter and their answers, as clients have seen them. Increment k adds 16 to
 * the power of k, so that the hexadecimal digits of a read say which increments it counts.
 *
 * <p>{@link #check} decides whether there is an order of all increments and exact reads that
 * explains the answers and keeps the order in which they really happened (linearizability). A local
 * read, which returns what one actor knows, promises less: see {@link #knew}.
 *
 * <p>Threading: all methods may be called from any thread. Begin an operation before its first byte
 * is sent, and end it after its answer has come.
 */
public final class CounterHistory {
  private static final int BITS = 4;

  private final List<Op> ops = new ArrayList<>();
  private final List<Op> localReads = new ArrayList<>();
  private final List<Op> adds = new ArrayList<>();
  private final boolean mayForget;
  private long now = 1;
  private Optional<String> wrongBefore = Optional.empty();

  /** An increment or a read. */
  public static final class Op {
    private final int add; // -1: a read
    private final String where;
    private final long begun;
    private long ended = Long.MAX_VALUE;
    private boolean counts = true; // false: surely nothing was counted
    private BigInteger value; // of a read
    private long lost; // when an increment may have been lost; 0: never
    private boolean isDoubtful; // nobody promises that a read finds this increment
    private boolean isKept; // its directory still has it, and it was acknowledged
    private Set<String> mayLack = Set.of(); // of a read: where what was counted may be missing

    private Op(int add, String where, long begun) {
      this.add = add;
      this.where = where;
      this.begun = begun;
    }

    private boolean isRead() {
      return add < 0;
    }

    private boolean isAcknowledged() {
      return !isRead() && counts && ended != Long.MAX_VALUE;
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

  /** Makes the history of a counter whose actors are never restarted. */
  public CounterHistory() {
    this(false);
  }

  /**
   * Makes the history of a counter.
   *
   * @param mayForget true if actors are restarted meanwhile; then a local read may return less than
   *     one before it
   */
  public CounterHistory(boolean mayForget) {
    this.mayForget = mayForget;
  }

  /**
   * Begins an increment by the {@link #amount} of what is returned.
   *
   * @param where the actor that it is sent to
   */
  public synchronized Op beginAdd(String where) {
    var op = new Op(adds.size(), where, now++);
    adds.add(op);
    ops.add(op);
    return op;
  }

  /** Returns the amount that an increment adds. */
  public static BigInteger amount(Op add) {
    return BigInteger.ONE.shiftLeft(BITS * add.add);
  }

  /** Ends an increment that was acknowledged. One that never ends may have counted or not. */
  public synchronized void acknowledged(Op add) {
    add.isKept = true;
    if (add.isDoubtful) {
      now++;
    } else {
      add.ended = now++;
    }
  }

  /** Begins an increment at an actor that is not in the configuration, and may not know it. */
  public synchronized Op beginDoubtfulAdd(String where) {
    Op op = beginAdd(where);
    op.isDoubtful = true;
    op.lost = op.begun;
    return op;
  }

  /** Returns a moment, for {@link #lost(String, long)}. */
  public synchronized long moment() {
    return now++;
  }

  /** Ends an increment of which surely nothing was counted. */
  public synchronized void refused(Op add) {
    add.counts = false;
    add.ended = now++;
  }

  /** Begins a read. One that never ends says nothing. */
  public synchronized Op beginRead(String where) {
    return new Op(-1, where, now++);
  }

  /** Ends an exact read. */
  public void read(Op read, BigInteger value) {
    read(read, value, Set.of());
  }

  /**
   * Ends an exact read that says that it may lack increments.
   *
   * @param mayLack the actors whose increments it may lack
   */
  public synchronized void read(Op read, BigInteger value, Set<String> mayLack) {
    read.ended = now++;
    read.value = value;
    read.mayLack = Set.copyOf(mayLack);
    ops.add(read);
  }

  /**
   * Ends a local read: the value as one actor knows it. It may lack any increment of another actor,
   * but
   *
   * <ul>
   *   <li>it counts no increment twice, and none that was refused or began later,
   *   <li>it counts each increment that this actor had acknowledged before,
   *   <li>it never returns less than an earlier one of this actor,
   *   <li>an exact read that begins later counts all of it.
   * </ul>
   */
  public synchronized void knew(Op read, BigInteger value) {
    read.ended = now++;
    read.value = value;
    localReads.add(read);
  }

  /**
   * A directory is lost. Until now everything counts as ever. From now on what was acknowledged
   * there may be missing, until a read shows it. So may what was lost before, since it may have
   * been on this directory alone.
   */
  public synchronized void lost(String where) {
    lost(where, 0);
  }

  /**
   * A directory goes back to what it was at a moment.
   *
   * @param moment of {@link #moment}, or 0: the directory is empty
   */
  public synchronized void lost(String where, long moment) {
    for (Op add : adds) {
      if (add.where.equals(where) && add.ended >= moment) {
        add.isKept = false;
      }
    }
    mayMiss(where, moment);
  }

  /**
   * Nobody waits any more for an actor, or asks it. Its directory still has what it counted.
   *
   * @param moment since when its increments may be missing: of {@link #moment}, or 0
   */
  public synchronized void mayMiss(String where, long moment) {
    wrongBefore = wrongBefore.or(this::check);
    localReads.clear();
    for (Op add : adds) {
      if ((add.where.equals(where) && add.ended >= moment) || add.lost > 0) {
        add.ended = Long.MAX_VALUE;
        add.isDoubtful = true;
        add.lost = now;
      }
    }
    now++;
  }

  /**
   * Returns an error of what an actor knows, or empty if it counts what this actor had acknowledged
   * and nothing that was refused. Unlike {@link #knew}, this is no part of the history: the actor
   * may be one that only a test looks at.
   */
  public synchronized Optional<String> checkKnown(String where, BigInteger value) {
    var read = new Op(-1, where, now++);
    read.ended = now++;
    read.value = value;
    return checkDigits(read).or(() -> checkAgainstAdds(read));
  }

  /** Returns acknowledged increments that are on a directory that is there, and not in a value. */
  public synchronized List<Op> missing(BigInteger value) {
    return adds.stream().filter(add -> add.isKept && !value.testBit(BITS * add.add)).toList();
  }

  public synchronized int addCount() {
    return adds.size();
  }

  public synchronized long acknowledgedCount() {
    return adds.stream().filter(Op::isAcknowledged).count();
  }

  /** Returns the number of exact reads that have ended. */
  public synchronized long readCount() {
    return ops.stream().filter(Op::isRead).count();
  }

  /** Returns the value that counts all acknowledged increments and no other. */
  public synchronized BigInteger acknowledgedValue() {
    return adds.stream()
        .filter(Op::isAcknowledged)
        .map(CounterHistory::amount)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /**
   * Returns the acknowledged increments that the last local read of an actor lacks, as the sum of
   * their amounts. Without such a read these are all of them.
   */
  public synchronized BigInteger lacks(String where) {
    BigInteger known =
        localReads.stream()
            .filter(read -> read.where.equals(where))
            .reduce((_, last) -> last)
            .map(read -> read.value)
            .orElse(BigInteger.ZERO);
    return acknowledgedValue().andNot(known);
  }

  /** Returns an error of the counter, or empty if there is none. */
  public synchronized Optional<String> check() {
    if (wrongBefore.isPresent()) {
      return wrongBefore;
    }
    return ops.stream()
        .filter(Op::isRead)
        .flatMap(read -> checkDigits(read).stream())
        .findFirst()
        .or(this::checkLocalReads)
        .or(this::findCycle);
  }

  private Optional<String> checkDigits(Op read) {
    if (read.value.signum() < 0) {
      return Optional.of(read + " is negative");
    }
    String digits = read.value.toString(1 << BITS);
    for (int k = 0; k < digits.length(); k++) {
      int digit = Character.digit(digits.charAt(digits.length() - 1 - k), 1 << BITS);
      if (digit > 1) {
        return Optional.of(read + " counts increment " + k + " " + digit + " times");
      }
      if (digit == 1 && k >= adds.size()) {
        return Optional.of(read + " counts increment " + k + ", which never was");
      }
      if (digit == 1 && !adds.get(k).counts) {
        return Optional.of(read + " counts " + adds.get(k) + ", which was refused");
      }
    }
    return Optional.empty();
  }

  private Optional<String> checkLocalReads() {
    Map<String, List<Op>> earlier = new HashMap<>();
    for (Op read : localReads) {
      Optional<String> wrong =
          checkDigits(read)
              .or(() -> checkAgainstAdds(read))
              .or(
                  () ->
                      laterLacking(
                          read,
                          ops.stream().filter(Op::isRead).toList(),
                          ", which a later exact read lacks: "));
      if (wrong.isPresent()) {
        return wrong;
      }
      if (!mayForget) {
        earlier.computeIfAbsent(read.where, _ -> new ArrayList<>()).add(read);
      }
    }
    return earlier.values().stream()
        .flatMap(
            reads ->
                reads.stream()
                    .flatMap(read -> laterLacking(read, reads, " before it went down: ").stream()))
        .findFirst();
  }

  private Optional<String> checkAgainstAdds(Op read) {
    for (Op add : adds) {
      if (counts(read, add) && read.ended < add.begun) {
        return Optional.of(read + " counts " + add + ", which began later");
      }
      if (!counts(read, add)
          && add.where.equals(read.where)
          && add.isAcknowledged()
          && add.ended < read.begun) {
        return Optional.of(read + " lacks " + add + ", which this actor had acknowledged");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> laterLacking(Op local, List<Op> reads, String what) {
    return reads.stream()
        .filter(read -> local.ended < read.begun && read.mayLack.isEmpty())
        .filter(read -> local.value.andNot(read.value).signum() != 0)
        .map(read -> "local " + local + what + read)
        .findFirst();
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
        ops.stream().filter(op -> op.isRead() || op.isAcknowledged() || isCounted(op)).toList();
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
    return add.counts && ops.stream().anyMatch(op -> op.isRead() && counts(op, add));
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
