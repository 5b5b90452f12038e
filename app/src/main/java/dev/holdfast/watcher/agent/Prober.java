package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Measured;
import java.util.function.Consumer;

/** Makes checks. */
@FunctionalInterface
public interface Prober {
  /**
   * Starts a check and returns at once. The check ends within the endpoint's time-out, and then
   * calls {@code done} once, on any thread.
   *
   * @throws RuntimeException if the check cannot start; {@code done} is not called then
   */
  void check(Endpoint endpoint, CheckTime time, Consumer<Measured> done);
}
