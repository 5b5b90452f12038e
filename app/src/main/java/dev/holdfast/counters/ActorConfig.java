package dev.holdfast.counters;

import dev.holdfast.disk.LogConfig;
import java.util.Optional;

/**
 * The bounds of an actor.
 *
 * @param ack when an increment is acknowledged
 * @param damage decides about a start that finds damage
 * @param keysMax how many keys of requests are remembered, 0 or more
 * @param keyAgeMs how long they are, in ms, 0 or more
 * @param slotsMax slots in the whole cluster from which on this actor counts no more, 1 or more
 * @param forceSpacingMs from the begin of a force to the next while many come, in ms, 0 or more
 * @param sizes how long rows of changes are cut
 * @param bytesMax about how much memory the counters may take, with what a start needs to read
 *     them, before this actor takes no new one of a client, in bytes, 0 or more. It takes shares of
 *     others up to a quarter above it
 */
public record ActorConfig(
    LogConfig.Ack ack,
    LogConfig.Damage damage,
    int keysMax,
    long keyAgeMs,
    int slotsMax,
    int forceSpacingMs,
    Sizes sizes,
    long bytesMax) {

  /** The defaults. */
  public static final ActorConfig DEFAULT =
      new ActorConfig(
          LogConfig.Ack.FORCED, LogConfig.Damage.REFUSE, 100_000, 24 * 3_600_000L, 100_000, 20);

  /** An actor that cuts rows of changes as all others do. */
  public ActorConfig(
      LogConfig.Ack ack,
      LogConfig.Damage damage,
      int keysMax,
      long keyAgeMs,
      int slotsMax,
      int forceSpacingMs) {
    this(ack, damage, keysMax, keyAgeMs, slotsMax, forceSpacingMs, Sizes.DEFAULT, Long.MAX_VALUE);
  }

  /** Returns the same with another bound of the memory of counters, in bytes. */
  public ActorConfig withBytesMax(long other) {
    return new ActorConfig(ack, damage, keysMax, keyAgeMs, slotsMax, forceSpacingMs, sizes, other);
  }

  private static final int RECORD_BYTES_MAX = 1024 * 1024;
  private static final int ROTATION_BYTES = 4 * 1024 * 1024;

  LogConfig ownLog() {
    return new LogConfig(
        "own-",
        Optional.empty(),
        damage,
        ack,
        1024,
        forceSpacingMs,
        65_536,
        RECORD_BYTES_MAX,
        ROTATION_BYTES,
        0);
  }

  /** Shares of others are forced in any case: they are shown as if they were. */
  LogConfig othersLog() {
    return new LogConfig(
        "others-",
        Optional.empty(),
        damage,
        LogConfig.Ack.FORCED,
        1024,
        forceSpacingMs,
        65_536,
        RECORD_BYTES_MAX,
        ROTATION_BYTES,
        0);
  }
}
