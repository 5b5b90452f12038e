package dev.holdfast.watcher.agent;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.Watched.Task;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Takes slots and checks again that nobody makes out of the timetable, and reports them.
 *
 * <p>Threading: for the agent's loop.
 */
final class Misses {
  private final Timekeeper timekeeper;
  private final Timetable timetable;
  private final Repeats repeats;
  private final Reports reports;
  private final AgentCounts counts;

  Misses(
      Timekeeper timekeeper,
      Timetable timetable,
      Repeats repeats,
      Reports reports,
      AgentCounts counts) {
    this.timekeeper = timekeeper;
    this.timetable = timetable;
    this.repeats = repeats;
    this.reports = reports;
    this.counts = counts;
  }

  /** Misses everything that is due up to a moment, in ms since the epoch. */
  void upTo(long untilMs, Reason reason) {
    Optional<Task> first = timetable.first();
    while (first.isPresent() && first.get().dueMs() <= untilMs) {
      of(first.get(), reason);
      first = timetable.first();
    }
  }

  /** Misses all checks again. */
  void agains(Reason reason) {
    if (timetable.againsWaiting() > 0) {
      for (Watched watched : List.copyOf(timetable.all())) {
        watched.again.ifPresent(task -> of(task, reason));
      }
    }
  }

  /** Misses one check. */
  void of(Task task, Reason reason) {
    timetable.take(task);
    Optional<Kind> kind = repeats.kindOf(task.kind(), task.dueMs());
    if (kind.isEmpty()) {
      counts.repeatLeftOut();
      return;
    }
    long nowNanos = timekeeper.now().nanos();
    reports.result(
        task.watched(),
        new CheckResult(
            task.watched().id,
            task.dueMs(),
            kind.get(),
            new CheckResult.Delay(lateMicros(task), 0),
            Outcome.MISSED,
            reason,
            "",
            CheckResult.Answer.NONE,
            Set.of()),
        true,
        nowNanos,
        nowNanos);
  }

  /** Returns how late a check is, in µs. */
  long lateMicros(Task task) {
    long dueMicros = TimeUnit.MILLISECONDS.toMicros(task.dueMs());
    return Math.max(0, timekeeper.now().wallMicros() - dueMicros);
  }
}
