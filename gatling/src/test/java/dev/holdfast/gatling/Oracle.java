package dev.holdfast.gatling;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What a GET may return, given the writes of its name: the last write that was acknowledged before
 * the GET was sent, or any that was in progress meanwhile. A write of which nobody knows the end
 * may take effect at any later time. A name is absent before its first write, so names have to be
 * of this run alone.
 *
 * <p>Once a GET has returned a write, what that write replaced must not come back to a GET that is
 * sent later. The oracle never calls an answer invalid that an atomic register could give; it does
 * not find every answer that such a register could not give.
 *
 * <p>Threading: any thread may call anything; the registers guard themselves.
 */
final class Oracle {
  private final LongSupplier nanoTime;
  private final Map<String, Register> registers = new ConcurrentHashMap<>();

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Oracle(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A PUT that is about to be sent, of a body that is unique to it. */
  Register.Write put(String name, long writer, long length) {
    return register(name).put(writer, length, nanoTime.getAsLong());
  }

  /** A DELETE that is about to be sent. */
  Register.Write delete(String name) {
    return register(name).delete(nanoTime.getAsLong());
  }

  /** The write was acknowledged: from now on it, or a later one, is what is read. */
  void acknowledged(Register.Write write) {
    write.register().acknowledged(write, nanoTime.getAsLong());
  }

  /** The write was refused, and surely changed nothing. */
  void refused(Register.Write write) {
    write.register().refused(write);
  }

  /** A GET that is about to be sent. It has to be ended by {@link #judge} or {@link #givenUp}. */
  Register.Read read(String name) {
    return register(name).read(nanoTime.getAsLong());
  }

  /** Why what the GET returned is invalid, or nothing if it is what may be there. */
  Optional<String> judge(Register.Read read, Seen seen) {
    return read.register().judge(read, seen, nanoTime.getAsLong());
  }

  /** The GET got no answer that says what is there. */
  void givenUp(Register.Read read) {
    read.register().givenUp(read);
  }

  private Register register(String name) {
    return registers.computeIfAbsent(name, Register::new);
  }
}
