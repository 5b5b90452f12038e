package dev.holdfast.counters.http;

import dev.holdfast.bounds.Bounds;
import dev.holdfast.counters.ActorConfig;
import dev.holdfast.disk.LogConfig.Ack;
import dev.holdfast.disk.LogConfig.Damage;
import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of an actor that runs as a process.
 *
 * @param id the number of the actor, 1 to {@value #ID_LIMIT}: its directory has this name
 * @param ack when an increment is acknowledged
 * @param readDeadlineMs when a consistent read gives up, in ms, 1 to {@value #READ_DEADLINE_LIMIT}
 * @param keysMax how many keys of requests are remembered, 0 or more
 * @param keyAgeMs how long they are, in ms, 0 to {@value #KEY_AGE_LIMIT}
 * @param slotsMax slots in the whole cluster from which on this actor counts no more, 1 or more
 * @param forceSpacingMs from the begin of a force to the next while many increments come, in ms, 0
 *     or more
 * @param setAside if true, a start that finds a damaged file sets it aside and goes on with what is
 *     intact. If false, it is refused
 * @param sharedDirectories if true, the directories of all actors are on one file system, and a
 *     consistent read reads what a dead one has left
 * @param fallbackDirs where the directory of the actor may be besides, in the order in which they
 *     are tried
 */
public record CountersConfig(
    int id,
    Ack ack,
    int readDeadlineMs,
    int keysMax,
    long keyAgeMs,
    int slotsMax,
    int forceSpacingMs,
    boolean setAside,
    boolean sharedDirectories,
    List<Path> fallbackDirs) {

  /** The highest value of {@code id}. */
  public static final int ID_LIMIT = 99_999;

  /** The highest value of {@code readDeadlineMs}. */
  public static final int READ_DEADLINE_LIMIT = 600_000;

  /** The highest {@link #keyAgeMs}: 365 days. */
  public static final long KEY_AGE_LIMIT = 31_536_000_000L;

  public static final CountersConfig DEFAULT =
      new CountersConfig(
          1,
          ActorConfig.DEFAULT.ack(),
          5_000,
          ActorConfig.DEFAULT.keysMax(),
          ActorConfig.DEFAULT.keyAgeMs(),
          ActorConfig.DEFAULT.slotsMax(),
          ActorConfig.DEFAULT.forceSpacingMs(),
          false,
          false,
          List.of());

  public CountersConfig {
    Bounds.within("id", id, 1, ID_LIMIT);
    Bounds.within("readDeadlineMs", readDeadlineMs, 1, READ_DEADLINE_LIMIT);
    Bounds.orMore("keysMax", keysMax, 0);
    Bounds.within("keyAgeMs", keyAgeMs, 0, KEY_AGE_LIMIT);
    Bounds.orMore("slotsMax", slotsMax, 1);
    Bounds.orMore("forceSpacingMs", forceSpacingMs, 0);
    fallbackDirs = fallbackDirs.stream().map(dir -> dir.toAbsolutePath().normalize()).toList();
  }

  /** Returns the configuration of the actor. Counters may take half of the heap. */
  ActorConfig actor() {
    return new ActorConfig(
            ack,
            setAside ? Damage.SET_ASIDE : Damage.REFUSE,
            keysMax,
            keyAgeMs,
            slotsMax,
            forceSpacingMs)
        .withBytesMax(Runtime.getRuntime().maxMemory() / 2);
  }
}
