package dev.holdfast.testkit;

import static java.util.Comparator.comparingLong;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.stream.Collectors;

/**
 * The steps that {@link Ordering} has not yet put in order. A method that takes a step does so only
 * if no other required step has to come before it, and returns true if it took one.
 */
final class Remaining {
  private final Queue<Step> blocks;
  private final Queue<Step> absentReads;
  private final Queue<Step> deletes;

  /** Deletes that may be next. They stay so, since the remaining steps only get fewer. */
  private final PriorityQueue<Step> readyDeletes = byFirstReturn();

  /** The steps that must be taken in the end. A taken step is dropped when it gets to the top. */
  private final PriorityQueue<Step> required = byFirstReturn();

  Remaining(Collection<Step> blocks, Collection<Step> absentReads, Collection<Step> deletes) {
    this.blocks = byLastInvocation(blocks);
    this.absentReads = byLastInvocation(absentReads);
    this.deletes = byLastInvocation(deletes);
  }

  /** Returns true if only steps remain that are not required. */
  boolean isDone() {
    return firstRequired() == null;
  }

  boolean takeAbsentRead() {
    return takeFirst(absentReads);
  }

  boolean takeBlock() {
    while (!blocks.isEmpty() && blocks.element().taken()) {
      blocks.remove();
    }
    return takeFirst(blocks) || takeBlockThatHoldsUpAllOthers();
  }

  /** Takes the delete that returned first among those that may be next. */
  boolean takeDelete() {
    long firstReturnNs = firstReturnNs();
    while (!deletes.isEmpty() && deletes.element().mayPrecede(firstReturnNs)) {
      readyDeletes.add(deletes.remove());
    }
    if (readyDeletes.isEmpty()) {
      return false;
    }
    readyDeletes.remove().take();
    return true;
  }

  /**
   * Takes the step that was invoked first. Its own return can't hold it up unless it is a block.
   */
  private boolean takeFirst(Queue<Step> steps) {
    if (steps.isEmpty() || !steps.element().mayPrecede(firstReturnNs())) {
      return false;
    }
    steps.remove().take();
    return true;
  }

  /**
   * Takes the block that holds up all other steps. The first operation of a block may return before
   * its last one is invoked.
   */
  private boolean takeBlockThatHoldsUpAllOthers() {
    Step first = firstRequired();
    if (first == null || !first.isBlock()) {
      return false;
    }
    required.remove();
    if (first.mayPrecede(firstReturnNs())) {
      first.take();
      return true;
    }
    required.add(first);
    return false;
  }

  private long firstReturnNs() {
    Step first = firstRequired();
    return first == null ? Operation.NEVER : first.firstReturnedNs();
  }

  private Step firstRequired() {
    while (!required.isEmpty() && required.element().taken()) {
      required.remove();
    }
    return required.peek();
  }

  private Queue<Step> byLastInvocation(Collection<Step> steps) {
    steps.stream().filter(Step::isRequired).forEach(required::add);
    return steps.stream()
        .sorted(comparingLong(Step::lastInvokedNs))
        .collect(Collectors.toCollection(ArrayDeque::new));
  }

  private static PriorityQueue<Step> byFirstReturn() {
    return new PriorityQueue<>(comparingLong(Step::firstReturnedNs));
  }
}
