package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.Optional;

/**
 * A short put or delete that the {@link WriteAheadLog} makes durable. The log calls {@link #putOff}
 * or {@link #failed}, or one of the two others and then {@link #ended}. It does so on a thread that
 * other writes wait for, and from which nobody may take room or wait for the log.
 */
public interface LoggedWrite {
  /** The stored name. */
  StoredName name();

  /** The body of a put, which nobody changes any more; empty for a delete. */
  Optional<byte[]> body();

  /** The write is staged and on disk: let reads show it. Its name's lock is held. */
  void staged(Pending write);

  /** The write is staged, and nobody knows if it is on disk. Its name's lock is held. */
  void inDoubt(Pending write, Exception why);

  /** The name's lock was given back. */
  void ended();

  /** Nothing has happened: there is no room, or the name is being changed. Find another way. */
  void putOff();

  /** Nothing has happened, and why. */
  void failed(Exception why);
}
