package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.EndpointId;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The checks of the canaries before the first slot: the first connections and handshakes of a JVM
 * take much longer than all later ones.
 *
 * <p>Threading: for the agent's loop, but {@link #isCanary}.
 */
final class WarmUp {
  private final List<Watched> canaries;
  private final int checks;
  private final long untilNanos;

  WarmUp(List<Watched> canaries, AgentConfig config, long nowNanos) {
    this.canaries = List.copyOf(canaries);
    this.checks = config.warmUpChecks();
    this.untilNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(config.warmUpMaxMs());
  }

  /** Returns true if the id is that of a canary. Any thread may ask. */
  boolean isCanary(EndpointId id) {
    return canaries.stream().anyMatch(canary -> canary.id.equals(id));
  }

  /** Returns true if the canaries had their checks, or if these took too long. */
  boolean isOver(long nowNanos) {
    boolean isDone =
        canaries.stream().allMatch(each -> each.warmedUp >= checks && each.flight.isEmpty());
    return isDone || nowNanos - untilNanos >= 0;
  }

  /** Returns the canaries whose next check may start. */
  List<Watched> startable() {
    return canaries.stream()
        .filter(each -> each.warmedUp < checks && each.flight.isEmpty())
        .toList();
  }
}
