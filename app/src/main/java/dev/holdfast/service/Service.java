package dev.holdfast.service;

import dev.holdfast.http.QuickAnswers;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.http.Readiness;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;

/**
 * A running service: its routes, its immediate answers, its readiness and its status. A sidecar
 * runs several of them, and {@link ServiceProcess} runs one alone.
 *
 * <p>Threading: may be called from any number of threads.
 */
public interface Service extends Readiness, AutoCloseable {
  /** Adds the routes of this service. */
  void addTo(RoutesConfig routes);

  /**
   * Answers a request that needs no thread of its own, see {@link QuickAnswers#take}. Requests of
   * other services come here, too: return false for them quickly.
   *
   * @return false if this service does not take the request, which then goes to its route
   */
  default boolean answer(QuickRequest request) {
    return false;
  }

  /**
   * Returns the paths, in Javalin's syntax, that are answered 503 while the process is not ready.
   * If there are any, {@link #answer} is not asked until then either.
   */
  default List<String> gatedPaths() {
    return List.of();
  }

  /** Returns false while this service cannot serve: {@code GET /health} says 503 then. */
  @Override
  default boolean isReady() {
    return true;
  }

  /**
   * Returns the status of this service for {@code GET /status}: names, with values that JSON has.
   */
  default Map<String, Object> status() {
    return Map.of();
  }

  /** Ends this service, after the last of its requests. By then it has kept its promises. */
  @Override
  default void close() {}
}
