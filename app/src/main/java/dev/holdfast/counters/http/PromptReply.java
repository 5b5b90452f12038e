package dev.holdfast.counters.http;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A reply that an actor gives under its lock, and that is sent without it. Most replies are there
 * when the call that asks for them returns. They are sent by the thread of that call, since to hand
 * them to another one costs as much as to send them. The others are sent by {@link AnswerThread}.
 *
 * <p>Threading: {@link #accept} may be called once, from any thread; {@link #returned} by the
 * thread that asked.
 */
final class PromptReply implements Consumer<byte[]> {
  /** The state when the call has returned without the reply. */
  private static final byte[] RETURNED = {};

  private final Consumer<byte[]> sendHere;
  private final Consumer<byte[]> sendElsewhere;
  private final AtomicReference<byte[]> state = new AtomicReference<>(); // null: the call goes on

  /**
   * @param sendHere sends on this thread
   * @param sendElsewhere has another thread send
   */
  PromptReply(Consumer<byte[]> sendHere, Consumer<byte[]> sendElsewhere) {
    this.sendHere = sendHere;
    this.sendElsewhere = sendElsewhere;
  }

  /** Takes the reply. */
  @Override
  public void accept(byte[] reply) {
    if (!state.compareAndSet(null, reply)) {
      sendElsewhere.accept(reply);
    }
  }

  /** Hears that the call that asks for the reply has returned: the lock is not held any more. */
  void returned() {
    if (!state.compareAndSet(null, RETURNED)) {
      sendHere.accept(state.get());
    }
  }
}
