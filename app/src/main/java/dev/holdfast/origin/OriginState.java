package dev.holdfast.origin;

import java.util.List;

/**
 * How an origin was when it was last asked.
 *
 * @param word {@code up}, {@code busy}, {@code failing}, {@code down}, or {@code unknown} before
 *     the first request
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
          case Failure.Nonsense _ -> "failing";
        },
        failure.detail());
  }
}
