package dev.holdfast.origin;

import java.util.List;

/**
 * How an origin was when it was last asked.
 *
 * @param word {@code up}; {@code busy}, it refused for having too much to do or all its connections
 *     were in use for too long; {@code failing}, it answered with an error; {@code down}, it did
 *     not answer; or {@code unknown} before the first request
 * @param detail what was wrong; empty if nothing was
 */
public record OriginState(String word, String detail) {
  /** All words. */
  static final List<String> WORDS = List.of("unknown", "up", "busy", "failing", "down");

  static final OriginState UNKNOWN = new OriginState("unknown", "");
  static final OriginState UP = new OriginState("up", "");

  static OriginState after(Failure failure) {
    return new OriginState(
        switch (failure) {
          case Failure.NotSent _, Failure.NoAnswer _ -> "down";
          case Failure.Busy _ -> "busy";
          case Failure.Nonsense _, Failure.Unclear _ -> "failing";
        },
        failure.detail());
  }

  /** After a wait for a place in vain: that is no news of an origin that was not well before. */
  OriginState whenFull(Failure noPlace) {
    return equals(UP) || equals(UNKNOWN) ? new OriginState("busy", noPlace.detail()) : this;
  }

  /** Returns true if it may have changed for the better without anybody having asked. */
  boolean mayHaveChanged() {
    return !equals(UP) && !equals(UNKNOWN);
  }
}
