package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Schedule;
import dev.holdfast.watcher.agent.Watched.Task;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * All endpoints, and the checks to come in the order in which they are due. Each change of one
 * check costs the logarithm of their number.
 *
 * <p>Threading: for the agent's loop.
 */
final class Timetable {
  private final Map<EndpointId, Watched> watched = new LinkedHashMap<>();
  private final TreeSet<Task> tasks = new TreeSet<>();
  private long serial;
  private int againsWaiting;

  /** Returns all endpoints, with those that were removed while a check of them runs. */
  Collection<Watched> all() {
    return watched.values();
  }

  /** Returns the state of an endpoint, or empty if there is none. */
  Optional<Watched> find(EndpointId id) {
    return Optional.ofNullable(watched.get(id));
  }

  /** Adds an endpoint. It has no slot yet. */
  void add(Watched added) {
    watched.put(added.id, added);
  }

  /** Forgets an endpoint of which no check runs. */
  void forget(Watched forgotten) {
    watched.remove(forgotten.id);
  }

  /** Returns the check that is due first. */
  Optional<Task> first() {
    return tasks.isEmpty() ? Optional.empty() : Optional.of(tasks.first());
  }

  /** Returns how many checks again wait. */
  int againsWaiting() {
    return againsWaiting;
  }

  /** Takes a check out. The slot after a slot takes its place. */
  void take(Task task) {
    tasks.remove(task);
    if (task.kind() == Kind.SLOT) {
      scheduleAfter(task.watched(), task.dueMs());
    } else {
      task.watched().again = Optional.empty();
      againsWaiting--;
    }
  }

  /** Makes the first slot that is due after a moment the next one, in ms since the epoch. */
  void scheduleAfter(Watched of, long epochMs) {
    of.slot.ifPresent(tasks::remove);
    of.slot =
        of.endpoint.map(
            endpoint ->
                new Task(of, endpoint.schedule().dueAtOrAfter(epochMs + 1), Kind.SLOT, serial++));
    of.slot.ifPresent(tasks::add);
  }

  /** Does the same for all endpoints. */
  void scheduleAllAfter(long epochMs) {
    for (Watched each : watched.values()) {
      scheduleAfter(each, epochMs);
    }
  }

  /** Adds a check again. The endpoint has none that waits. */
  void scheduleAgain(Watched of, long dueMs, Kind kind) {
    Task task = new Task(of, dueMs, kind, serial++);
    of.again = Optional.of(task);
    tasks.add(task);
    againsWaiting++;
  }

  /** Takes all checks of an endpoint out. */
  void cancel(Watched of) {
    of.slot.ifPresent(tasks::remove);
    of.slot = Optional.empty();
    of.again.ifPresent(this::take);
  }

  /**
   * Returns how many slots of all endpoints but canaries are due after one moment up to another.
   */
  long slotsBetween(long afterMs, long untilMs) {
    long slots = 0;
    for (Watched each : watched.values()) {
      if (!each.isCanary && each.endpoint.isPresent()) {
        Endpoint endpoint = each.endpoint.get();
        Schedule schedule = endpoint.schedule();
        slots +=
            (schedule.dueAtOrBefore(untilMs) - schedule.dueAtOrBefore(afterMs))
                / schedule.intervalMs();
      }
    }
    return slots;
  }
}
