package dev.holdfast.counters;

import java.util.function.Consumer;

/** Brings messages to other actors. It may lose, repeat, delay and reorder them. */
public interface Network {
  /**
   * Sends a request and does not wait: it is called under the actor's lock.
   *
   * @param request nobody changes it any more
   * @param timeoutMs how long the reply may take, in milliseconds, 1 or more
   * @param then gets the outcome, once, on any thread, at the latest a little after the time is up
   */
  void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then);

  /**
   * Returns true if the address is one of this machine's own and the port is this actor's. Does not
   * wait: it is called under the actor's lock. Where false is said for lack of knowledge, the actor
   * finds out who answers there.
   */
  boolean isOwn(Address address);

  /**
   * Returns true if the address leads here for as long as anybody reaches this actor. An address
   * that is own, and not surely, may lead to another machine by now. Does not wait.
   */
  boolean isSurelyOwn(Address address);

  /** The outcome of a request. */
  sealed interface Outcome {
    /** The other side has replied. */
    final class Replied implements Outcome {
      private final byte[] reply;

      /** Takes a reply, which nobody may change any more. */
      public Replied(byte[] reply) {
        this.reply = reply;
      }

      /** Returns the reply, as the other side made it. */
      public byte[] reply() {
        return reply;
      }
    }

    /** Nobody listens there: the request has not arrived. */
    record Refused() implements Outcome {}

    /** No reply: the request may have arrived. */
    record Silent() implements Outcome {}
  }
}
