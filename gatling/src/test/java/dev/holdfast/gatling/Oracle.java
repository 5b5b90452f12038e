package dev.holdfast.gatling;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tells which answers a GET may return, by the writes of its name:
 *
 * <ul>
 *   <li>It may return the last write that was acknowledged before the GET was sent, or any that was
 *       in progress meanwhile.
 *   <li>A write with an unknown end may take effect at any later time.
 *   <li>A name is absent before its first write, so names have to be of this run alone.
 *   <li>When a GET has returned a write, no later GET may return an older content.
 * </ul>
 *
 * <p>The oracle never calls an answer invalid that an atomic register could give; it does not find
 * every answer that such a register could not give.
 *
 * <p>Threading: any thread may call anything; the registers guard themselves.
 */
final class Oracle {
  private final LongSupplier nanoTime;
  private final Map<String, Register> registers = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  Oracle(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Notes a PUT that is about to be sent, with a unique body. */
  Register.Write put(String name, long writer, long length) {
    return register(name).put(writer, length, nanoTime.getAsLong());
  }

  /** Notes a DELETE that is about to be sent. */
  Register.Write delete(String name) {
    return register(name).delete(nanoTime.getAsLong());
  }

  /** Notes that the write was acknowledged. From now on reads return it or a later one. */
  void acknowledged(Register.Write write) {
    write.register().acknowledged(write, nanoTime.getAsLong());
  }

  /** Notes that the write was refused and surely changed nothing. */
  void refused(Register.Write write) {
    write.register().refused(write);
  }

  /** Notes a GET that is about to be sent. End it with {@link #judge} or {@link #givenUp}. */
  Register.Read read(String name) {
    return register(name).read(nanoTime.getAsLong());
  }

  /** Returns why the answer of the GET is invalid, or empty if it may be right. */
  Optional<String> judge(Register.Read read, Seen seen) {
    return read.register().judge(read, seen, nanoTime.getAsLong());
  }

  /** Notes that the GET got no answer about the content. */
  void givenUp(Register.Read read) {
    read.register().givenUp(read);
  }

  private Register register(String name) {
    return registers.computeIfAbsent(name, Register::new);
  }
}
