package dev.holdfast.counters;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks at what dead actors have left, where all actors keep their directories on one file system.
 *
 * <p>An actor is dead for sure if nobody listens at its address and no process has its directory:
 * then it acknowledges nothing. Without this, one process that was killed and never comes back
 * would make every consistent read fail.
 */
@FunctionalInterface
public interface DeadActors {
  /** Finds nobody: the actors have no file system in common. */
  DeadActors NONE = (_, _, then) -> then.accept(Map.of());

  /**
   * Looks at actors, and does not wait. While it reads a directory, no process can have it. It
   * forces the files before it reads them.
   *
   * @param heir takes what they have left, on any thread, before {@code then}. A directory in which
   *     nothing has changed since the heir took it is not read again
   * @param then gets, once, on any thread, all of them that are dead and whose directory can be
   *     found and read
   */
  void look(Set<Id> actors, Heir heir, Consumer<Map<Id, Left>> then);

  /** Takes what dead actors have left, and keeps it for as long as the process lives. */
  interface Heir {
    /** Returns true if it takes what an actor with this configuration has left. */
    boolean agrees(Configuration theirs);

    /** Takes all that a directory has. Returns false if there was no memory for some of it. */
    boolean take(LeftDirectory left);
  }

  /**
   * A dead actor, as a look has found it.
   *
   * @param configuration the one that was in force there
   * @param state differs from that of another look if the actor has lived between the two
   * @param isTaken true if the heir has all that it has left
   */
  record Left(Configuration configuration, String state, boolean isTaken) {}
}
