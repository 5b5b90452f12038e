package dev.holdfast.counters;

import java.util.function.Consumer;

/**
 * Somebody who waits for the value of a {@link Reading}.
 *
 * <p>Threading: under the actor's lock.
 */
final class Waiter {
  final Consumer<ReadOutcome> then;
  final int since; // the first round that counts
  Clock.Later deadline; // set once, by join
  boolean isDone;

  Waiter(Consumer<ReadOutcome> then, int since) {
    this.then = then;
    this.since = since;
  }
}
