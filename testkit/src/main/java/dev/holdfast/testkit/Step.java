package dev.holdfast.testkit;

/**
 * A step that {@link Ordering} puts in order: a DELETE, a read that found the name absent, or a
 * block. A block is a PUT with all the reads of its value.
 *
 * <p>A step has to come before another one if an operation in it returned before an operation in
 * the other one was invoked. So two times say everything: its first return and its last invocation.
 */
final class Step {
  private final boolean block;
  private final long firstInvokedNs;
  private long lastInvokedNs;
  private long firstReturnedNs;
  private boolean taken;

  /** Makes a step of one operation. A PUT becomes a block, to which its reads are added. */
  Step(Operation operation) {
    block = operation.action() instanceof Operation.Put;
    firstInvokedNs = operation.invokedNs();
    lastInvokedNs = operation.invokedNs();
    firstReturnedNs = operation.returnedNs();
  }

  /**
   * Adds a read to the block of the PUT whose value it returned.
   *
   * @return false if the read was over before the PUT began
   */
  boolean add(Operation read) {
    lastInvokedNs = Math.max(lastInvokedNs, read.invokedNs());
    firstReturnedNs = Math.min(firstReturnedNs, read.returnedNs());
    return read.returnedNs() >= firstInvokedNs;
  }

  /**
   * Returns true if it has to be in the order. A write of unknown outcome that nobody read need not
   * be.
   */
  boolean isRequired() {
    return firstReturnedNs != Operation.NEVER;
  }

  /** Returns true if it is a block. */
  boolean isBlock() {
    return block;
  }

  /** Returns true if it may come before all others, by the first return among those. */
  boolean mayPrecede(long othersFirstReturnedNs) {
    return lastInvokedNs <= othersFirstReturnedNs;
  }

  void take() {
    taken = true;
  }

  boolean taken() {
    return taken;
  }

  long lastInvokedNs() {
    return lastInvokedNs;
  }

  long firstReturnedNs() {
    return firstReturnedNs;
  }
}
