package dev.holdfast.watcher.service;

import dev.holdfast.log.LogQueue;
import dev.holdfast.metrics.Buckets;
import dev.holdfast.metrics.Meters;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.agent.Agent;
import dev.holdfast.watcher.agent.AgentCounts;
import dev.holdfast.watcher.store.ResultWriter;
import dev.holdfast.watcher.store.WriterCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/**
 * The meters of the watcher. Those of the agent and of the way into the database read their counts
 * when they are asked.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class WatchMeters {
  /** The reasons for which nobody makes a check. */
  static final List<Reason> MISSED =
      List.of(
          Reason.LATE,
          Reason.OVERLAP,
          Reason.SATURATED,
          Reason.STALLED,
          Reason.CLOCK,
          Reason.ASKED_LATER);

  private final Meters meters;
  private final Timer late;

  WatchMeters(Meters meters) {
    this.meters = meters;
    this.late =
        Timer.builder("holdfast.watch.late")
            .description("Checks that were made, by how long after their due time they began.")
            .serviceLevelObjectives(Buckets.DURATIONS)
            .register(meters.registry());
  }

  /** Notes how late a check began, in µs. */
  void late(long micros) {
    late.record(micros, TimeUnit.MICROSECONDS);
  }

  /** Shows the counts of an agent. */
  void watch(Agent agent) {
    AgentCounts counts = agent.counts();
    for (Outcome outcome : Outcome.values()) {
      counter(
          "holdfast.watch.results",
          "Results by their outcome. A slot that nobody checked is missed.",
          counts,
          of -> of.outcomes(outcome),
          "outcome",
          outcome.name().toLowerCase(Locale.ROOT));
    }
    for (Reason reason : MISSED) {
      counter(
          "holdfast.watch.missed",
          "Slots that nobody checked, by the reason.",
          counts,
          of -> of.missed(reason),
          "reason",
          reason.name().toLowerCase(Locale.ROOT));
    }
    counter(
        "holdfast.watch.tainted",
        "Results that the agent itself has disturbed. They count nowhere.",
        counts,
        AgentCounts::tainted);
    counter(
        "holdfast.watch.overdue",
        "Checks that did not end, and that the agent has given up.",
        counts,
        AgentCounts::overdue);
    counter(
        "holdfast.watch.agent.failures",
        "Failures of the agent itself, by a bug. It goes on; a result may be lost.",
        counts,
        AgentCounts::failures);
    counter(
        "holdfast.watch.canary.failures",
        "Checks of the canaries, sites of the agent's own, that failed: the agent is at fault.",
        agent,
        of -> of.canaries(false).failed() + of.canaries(true).failed());
    meters.gauge(
        "holdfast.watch.canary.micros",
        "The median of the canary's times, in microseconds: the agent's own share in each time.",
        () -> agent.canaries(false).micros(0.5).orElse(0));
    meters.gauge(
        "holdfast.watch.tls.canary.micros",
        "The median of the times of the canary by https, in microseconds.",
        () -> agent.canaries(true).micros(0.5).orElse(0));
    meters.gauge(
        "holdfast.watch.endpoints",
        "Endpoints that the agent checks, with its canaries.",
        counts::endpoints);
    meters.gauge("holdfast.watch.in.flight", "Checks that run.", counts::inFlight);
  }

  /** Shows the failures of threads. */
  void watch(WatchThreads threads) {
    counter(
        "holdfast.watch.thread.failures",
        "Turns of the watcher's threads that failed, by a bug or without memory. The threads go on.",
        threads,
        WatchThreads::failures);
  }

  /** Shows the events of the log that nobody has read. */
  void watchLog() {
    counter(
        "holdfast.watch.log.dropped",
        "Events that the log had no room for, since nobody read it, or its disk was slow.",
        meters,
        _ -> LogQueue.dropped());
  }

  /** Shows the way into the database. */
  void watch(Results results, BooleanSupplier isDatabaseUp) {
    rows(results, "written", WriterCounts::written);
    rows(results, "known", WriterCounts::known);
    rows(results, "dropped", WriterCounts::dropped);
    rows(results, "old", WriterCounts::old);
    rows(results, "early", WriterCounts::early);
    rows(results, "strange", WriterCounts::strange);
    rows(results, "refused", WriterCounts::refused);
    counter(
        "holdfast.watch.spooled",
        "Rows that went to the disk, since the database did not take them.",
        results,
        of -> count(of, WriterCounts::spooled));
    counter(
        "holdfast.watch.replayed",
        "Rows that came back from the disk.",
        results,
        of -> count(of, WriterCounts::replayed));
    counter(
        "holdfast.watch.spool.damaged",
        "Segments on the disk with a torn end or damage. The rows before it are written.",
        results,
        of -> count(of, WriterCounts::damaged));
    counter(
        "holdfast.watch.database.failures",
        "Attempts to write results into the database that have failed.",
        results,
        of -> count(of, WriterCounts::failures));
    meters.gauge(
        "holdfast.watch.queue.rows",
        "Rows in memory that wait for the database or the disk.",
        () -> results.writer().map(ResultWriter::waiting).orElse(0));
    meters.gauge(
        "holdfast.watch.database.up",
        "1 if the database took the last results, 0 if it did not or was never ready.",
        () -> isDatabaseUp.getAsBoolean() ? 1 : 0);
  }

  private void rows(Results results, String fate, ToLongFunction<WriterCounts> count) {
    counter(
        "holdfast.watch.rows",
        "Rows of results, by what became of them.",
        results,
        of -> count(of, count),
        "fate",
        fate);
  }

  private static long count(Results results, ToLongFunction<WriterCounts> count) {
    return results.writer().map(writer -> count.applyAsLong(writer.counts())).orElse(0L);
  }

  private <T> void counter(
      String name, String description, T of, ToLongFunction<T> count, String... tags) {
    FunctionCounter.builder(name, of, each -> count.applyAsLong(each))
        .description(description)
        .tags(tags)
        .register(meters.registry());
  }
}
