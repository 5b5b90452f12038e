package dev.holdfast.testkit;

import dev.holdfast.testkit.Operation.Delete;
import dev.holdfast.testkit.Operation.Got;
import dev.holdfast.testkit.Operation.GotAbsent;
import dev.holdfast.testkit.Operation.GotCorrupt;
import dev.holdfast.testkit.Operation.Put;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for an order that explains a history, from its front. This is the search of Wing and Gong
 * ("Testing and verifying concurrent objects", 1993): the next operation may be any that no
 * remaining one precedes. For an arbitrary object that search branches and can explode. For a
 * register of unique values each choice can be made for good, so the search never goes back:
 *
 * <ol>
 *   <li>Once v is overwritten, nobody reads v. So in any order that explains the history, PUT v and
 *       all reads of v stand together: a <em>block</em>, one {@link Step}. This leaves blocks,
 *       DELETEs, and reads that found the name absent to order.
 *   <li>If the name is absent, an absent read that may come next does. A read changes nothing, and
 *       an earlier place is never worse for the others.
 *   <li>Otherwise the next step is a write. If a block may come next, one does. Take an order that
 *       has it later: without it there, the write before it lasts until the one after it, and
 *       nobody reads in between, since its readers are inside it. Moved to the front, it is
 *       overwritten at once by the write that was next.
 *   <li>Otherwise the next step is a DELETE: among those that may come next, the one that returned
 *       first. They all do the same. If an order has another one here and this one later, the two
 *       can change places.
 *   <li>A PUT of unknown outcome whose value was read did take effect before its first reader
 *       returned. The block's first return says so. A PUT of unknown outcome that nobody read is
 *       left out: an order with it explains the history without it, too, as in 3.
 *   <li>A DELETE of unknown outcome never returns. So it holds up nobody, is taken last by 4, and
 *       may remain when all else is in order. The choice among those that may come next makes no
 *       difference.
 * </ol>
 *
 * <p>An operation that returns in the very instant in which another one is invoked overlaps it.
 */
final class Ordering {
  private final Map<String, Step> blocksByValue = new HashMap<>();
  private final List<Step> absentReads = new ArrayList<>();
  private final List<Step> deletes = new ArrayList<>();

  /** Returns true if an order explains these operations; see {@link Linearizability#check}. */
  static boolean exists(Collection<Operation> operations, Optional<String> initial) {
    Ordering ordering = new Ordering();
    initial.ifPresent(ordering::startWith);
    operations.forEach(ordering::addWriteOrAbsentRead);
    return ordering.addReads(operations) && ordering.complete();
  }

  /** Adds a PUT that returned before any operation was invoked, so that it comes first. */
  private void startWith(String value) {
    blocksByValue.put(
        value, new Step(new Operation(-1, new Put(value), Long.MIN_VALUE, Long.MIN_VALUE)));
  }

  private void addWriteOrAbsentRead(Operation operation) {
    switch (operation.action()) {
      case Put(String value) -> {
        if (blocksByValue.put(value, new Step(operation)) != null) {
          throw new IllegalArgumentException("written twice: " + value);
        }
      }
      case Delete _ -> deletes.add(new Step(operation));
      case GotAbsent _ -> absentReads.add(new Step(operation));
      case Got _, GotCorrupt _ -> {
        // Belongs to a block, which may not be there yet, or to none.
      }
    }
  }

  /**
   * Adds the reads to their blocks. Returns false if a read returned a value that nobody wrote, or
   * that nobody had yet begun to write.
   */
  private boolean addReads(Collection<Operation> operations) {
    for (Operation operation : operations) {
      switch (operation.action()) {
        case Got(String value) -> {
          Step block = blocksByValue.get(value);
          if (block == null || !block.add(operation)) {
            return false;
          }
        }
        case GotCorrupt _ -> {
          return false;
        }
        case Put _, Delete _, GotAbsent _ -> {}
      }
    }
    return true;
  }

  private boolean complete() {
    Remaining remaining =
        new Remaining(
            blocksByValue.values().stream().filter(Step::isRequired).toList(),
            absentReads,
            deletes);
    boolean absent = true;
    while (!remaining.isDone()) {
      if (absent && remaining.takeAbsentRead()) {
        continue;
      }
      if (remaining.takeBlock()) {
        absent = false;
      } else if (remaining.takeDelete()) {
        absent = true;
      } else {
        return false;
      }
    }
    return true;
  }
}
