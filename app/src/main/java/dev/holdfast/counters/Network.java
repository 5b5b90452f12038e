package dev.holdfast.counters;

import java.util.function.Consumer;

/** Brings messages to other actors. It may lose, repeat, delay and reorder them. */
interface Network {
  /**
   * Sends a request and does not wait.
   *
   * @param then gets the outcome, once, on any thread, at the latest a little after the time is up
   */
  void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then);

  /** Returns true if the address is one of this machine's own and the port is this actor's. */
  boolean isOwn(Address address);

  /** The outcome of a request. */
  sealed interface Outcome {
    /** The other side has replied. */
    final class Replied implements Outcome {
      private final byte[] reply;

      Replied(byte[] reply) {
        this.reply = reply;
      }

      /** Returns the reply, as the other side made it. */
      byte[] reply() {
        return reply;
      }
    }

    /** Nobody listens there: the request has not arrived. */
    record Refused() implements Outcome {}

    /** No reply: the request may have arrived. */
    record Silent() implements Outcome {}
  }
}
