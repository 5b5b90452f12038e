package dev.holdfast.counters;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A change that an actor's own log has to record. */
sealed interface Change {
  /**
   * Counts.
   *
   * @param amounts one or more, each above 0
   * @param key of a request that may come again; 1 to {@link Keys#BYTES_MAX} characters
   * @param then gets the outcome, once, under the actor's lock
   */
  record Count(
      Map<CounterName, BigInteger> amounts, Optional<String> key, Consumer<AddOutcome> then)
      implements Change {}

  /**
   * Notes that a generation of this actor has stopped counting, since it was dropped.
   *
   * @param generation 1 or more; 0 if it counts again
   * @param then hears, once and under the actor's lock, whether it is forced
   */
  record Stop(long generation, Consumer<Boolean> then) implements Change {}

  /**
   * Changes the configuration.
   *
   * @param step makes the new one of the present one
   * @param then gets the outcome, once and under the actor's lock
   */
  record Configure(UnaryOperator<Configuration> step, Consumer<Stored> then) implements Change {}
}
