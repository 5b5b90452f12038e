package dev.holdfast.service;

import dev.holdfast.http.QuickAnswers;
import dev.holdfast.http.QuickRequest;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;

/**
 * A service: its routes, what it can answer at once, whether it is ready, and how it stands. A
 * sidecar runs several of them, and {@link ServiceProcess} runs one alone.
 *
 * <p>Threading: may be called from any number of threads.
 */
public interface Service extends AutoCloseable {
  /** Adds the routes of this service. */
  void addTo(RoutesConfig routes);

  /**
   * Answers a request that needs no thread of its own, see {@link QuickAnswers#take}. It may be
   * asked about a request of any other service, and has to tell quickly that it is not its own.
   *
   * @return false if this service does not take the request; it goes to its route then
   */
  default boolean answer(QuickRequest request) {
    return false;
  }

  /**
   * The paths, in Javalin's syntax, that are answered 503 while the process is not ready. If there
   * are any, {@link #answer} is not asked before either.
   */
  default List<String> gatedPaths() {
    return List.of();
  }

  /** Returns false while this service cannot serve: {@code GET /health} says 503 then. */
  default boolean isReady() {
    return true;
  }

  /** How this service stands, for {@code GET /status}: names, and values that JSON has. */
  default Map<String, Object> status() {
    return Map.of();
  }

  /** Ends this service, after the last of its requests; what it promised is kept by then. */
  @Override
  default void close() {}
}
