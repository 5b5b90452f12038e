package dev.holdfast.testkit;

/**
 * What {@link Ordering} puts in order: a DELETE, a read that found the name absent, or a block,
 * which is a PUT with all the reads of its value.
 *
 * <p>A step has to come before another one if an operation in it returned before an operation in
 * the other one was invoked, so two times say all: its first return and its last invocation.
 */
final class Step {
  private final boolean block;
  private final long firstInvokedNs;
  private long lastInvokedNs;
  private long firstReturnedNs;
  private boolean taken;

  /** A step of one operation; of a PUT, a block to which its reads are added. */
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

  /** Whether it has to be in the order: a write of unknown outcome that nobody read has not. */
  boolean isRequired() {
    return firstReturnedNs != Operation.NEVER;
  }

  /** Whether it is a block. */
  boolean isBlock() {
    return block;
  }

  /** Whether it may come before all others, given the first return among those. */
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
