package dev.holdfast.counters;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what dead actors have left, where all actors keep their directories on one file system.
 *
 * <p>An actor is dead for sure if nobody listens at its address and no process has its directory:
 * then it acknowledges nothing. Without this, one process that was killed and never comes back
 * would make every consistent read fail.
 */
@FunctionalInterface
public interface DeadActors {
  /** Finds nobody: the actors have no file system in common. */
  DeadActors NONE = (_, _, then) -> then.accept(Optional.empty());

  /**
   * Reads what an actor has left of a counter, and does not wait. While it reads, no process can
   * have the directory. What it reads is forced before.
   *
   * @param then gets it, once, on any thread; empty if the actor may be alive, or its directory
   *     cannot be found or read
   */
  void read(Id actor, CounterName name, Consumer<Optional<Left>> then);

  /**
   * The shares of a counter that an actor has left.
   *
   * @param configuration the one that was in force there
   * @param shares every share of the counter that was known there
   */
  record Left(Configuration configuration, List<SlotShare> shares) {
    public Left {
      shares = List.copyOf(shares);
    }
  }
}
