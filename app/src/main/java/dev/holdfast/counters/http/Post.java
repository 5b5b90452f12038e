package dev.holdfast.counters.http;

import dev.holdfast.counters.Address;
import dev.holdfast.counters.Network.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A message to another actor, until it has its outcome.
 *
 * <p>Threading: for the thread of {@link PeerLoop}.
 */
final class Post {
  private final Address to;
  private final byte[] message;
  private final long untilNanos;
  private final Consumer<Outcome> then;
  private boolean hasEnded;

  /**
   * @param untilNanos when it ends without a reply, as of {@link System#nanoTime}
   * @param then gets the outcome, once, and does not throw
   */
  Post(Address to, byte[] message, long untilNanos, Consumer<Outcome> then) {
    this.to = to;
    this.message = message;
    this.untilNanos = untilNanos;
    this.then = then;
  }

  Address to() {
    return to;
  }

  /** Returns the length of the message, in bytes. */
  int length() {
    return message.length;
  }

  boolean isLate(long nowNanos) {
    return nowNanos - untilNanos >= 0;
  }

  /** Returns the request, as it is sent. */
  ByteBuffer[] toBytes() {
    String head =
        "POST "
            + HttpNetwork.PATH
            + " HTTP/1.1\r\nHost: "
            + to
            + "\r\nContent-Type: "
            + HttpNetwork.CONTENT_TYPE
            + "\r\nContent-Length: "
            + message.length
            + "\r\n\r\n";
    return new ByteBuffer[] {
      ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)), ByteBuffer.wrap(message)
    };
  }

  /** Ends it. A further end changes nothing. */
  void end(Outcome outcome) {
    if (!hasEnded) {
      hasEnded = true;
      then.accept(outcome);
    }
  }
}
