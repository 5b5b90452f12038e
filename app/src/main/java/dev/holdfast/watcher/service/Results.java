package dev.holdfast.watcher.service;

import dev.holdfast.watcher.CheckResult;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.agent.Gap;
import dev.holdfast.watcher.agent.ResultSink;
import dev.holdfast.watcher.store.ResultWriter;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Hands results on to the database, and notes how late their checks were.
 *
 * <p>Threading: the agent's loop hands results over; any thread may read.
 */
final class Results implements ResultSink {
  private final LongConsumer lateMicros;
  private final LateTimes late = new LateTimes();
  private volatile Optional<ResultWriter> writer = Optional.empty();

  /**
   * @param lateMicros hears how late each check began, in µs
   */
  Results(LongConsumer lateMicros) {
    this.lateMicros = lateMicros;
  }

  /** Sets the way into the database. There is no endpoint before it is there, so no result. */
  void goTo(ResultWriter found) {
    writer = Optional.of(found);
  }

  /** Returns the way into the database, or empty while the database was never ready. */
  Optional<ResultWriter> writer() {
    return writer;
  }

  /** Returns how late the last checks began. */
  LateTimes late() {
    return late;
  }

  @Override
  public void accept(CheckResult result) {
    if (result.outcome() != Outcome.MISSED) {
      late.add(result.delay().lateMicros());
      lateMicros.accept(result.delay().lateMicros());
    }
    writer.ifPresent(found -> found.add(result));
  }

  @Override
  public void accept(Gap gap) {
    writer.ifPresent(found -> found.addGap(gap.fromMs(), gap.toMs(), gap.slots(), gap.reason()));
  }
}
