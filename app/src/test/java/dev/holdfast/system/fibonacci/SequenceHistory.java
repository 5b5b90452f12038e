package dev.holdfast.system.fibonacci;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the positions of the sequence that clients have seen, and finds contradictions. An order
 * of all requests explains the positions and keeps the order in which they really happened, exactly
 * if no request that began after the end of another one saw a lower position, and no two were
 * handed out the same number. The reason: the position only grows, and each is handed out once.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class SequenceHistory {
  /** Before it, two positions have the same number. */
  static final int FIRST_POSITION = 2;

  private final Map<String, Integer> positions = new HashMap<>(); // of numbers
  private final List<Op> ops = new ArrayList<>(); // guarded by itself

  private int highest; // guarded by ops

  /** An answered request. */
  private record Op(String what, int position, long begunNs, long endedNs) {
    boolean isAdvance() {
      return what.equals("next");
    }
  }

  /**
   * @param positionMax the highest position that is known
   */
  SequenceHistory(int positionMax) {
    BigInteger previous = BigInteger.ONE;
    BigInteger current = BigInteger.ONE;
    for (int position = FIRST_POSITION; position <= positionMax; position++) {
      positions.put(current.toString(), position);
      BigInteger next = previous.add(current);
      previous = current;
      current = next;
    }
  }

  /** Returns the position at which {@code what} has this body. */
  int position(String what, String body) {
    String head = "{\"" + what + "\": ";
    if (!body.startsWith(head) || !body.endsWith("}")) {
      throw new AssertionError("not an answer of /" + what + ": " + body);
    }
    Integer position = positions.get(body.substring(head.length(), body.length() - 1));
    if (position == null) {
      throw new AssertionError("no number of the sequence: " + body);
    }
    return what.equals("previous") ? position + 1 : position;
  }

  void add(String what, int position, long begunNs, long endedNs) {
    synchronized (ops) {
      highest = Math.max(highest, position);
      ops.add(new Op(what, position, begunNs, endedNs));
    }
  }

  int size() {
    synchronized (ops) {
      return ops.size();
    }
  }

  /** Returns the highest position that anybody has seen. */
  int highest() {
    synchronized (ops) {
      return highest;
    }
  }

  /** Returns a contradiction, or empty if there is none. */
  Optional<String> contradiction() {
    List<Op> begun;
    synchronized (ops) {
      begun = new ArrayList<>(ops);
    }
    List<Op> ended = new ArrayList<>(begun);
    begun.sort(Comparator.comparingLong(Op::begunNs));
    ended.sort(Comparator.comparingLong(Op::endedNs));
    var handedOut = new HashMap<Integer, Op>();
    Op highest = null;
    int next = 0;
    for (Op op : begun) {
      while (next < ended.size() && ended.get(next).endedNs() < op.begunNs()) {
        Op before = ended.get(next++);
        highest = highest == null || before.position() > highest.position() ? before : highest;
      }
      int least = highest == null ? 0 : highest.position() + (op.isAdvance() ? 1 : 0);
      if (op.position() < least) {
        return Optional.of(op + " after " + highest);
      }
      Op twice = op.isAdvance() ? handedOut.put(op.position(), op) : null;
      if (twice != null) {
        return Optional.of(op + " and " + twice);
      }
    }
    return Optional.empty();
  }
}
