package dev.holdfast.http;

import java.util.Optional;

/** Tells if a service can serve, for {@code GET /health}. */
@FunctionalInterface
public interface Readiness {
  /** Returns true if it can serve. */
  boolean isReady();

  /** Returns why it cannot serve, for people, or empty if it can or there is no more to say. */
  default Optional<String> trouble() {
    return Optional.empty();
  }
}
