package dev.holdfast.watcher.probe;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** What a check does at the moment, and what it knows. Steps are compared by identity. */
sealed interface Step {
  Progress progress();

  /** It has not asked for a name yet: it has to read its secrets first. */
  record Idle(Progress progress) implements Step {}

  record Resolving(Progress progress, long startNanos) implements Step {}

  record Visiting(
      Progress progress,
      Visit visit,
      List<InetAddress> left,
      AtomicReference<Deadlines.Deadline> patience)
      implements Step {
    /** Drops the deadline of this address, if it has one of its own. */
    void connectedOrOver() {
      Deadlines.Deadline own = patience.getAndSet(null);
      if (own != null) {
        own.drop();
      }
    }
  }

  /**
   * The answer is there.
   *
   * @param isTaken true once somebody judges it, or has given that up
   */
  record Judging(Progress progress, VisitEnd.Response response, Visit visit, AtomicBoolean isTaken)
      implements Step {
    /** Returns true for the first one who takes it. */
    boolean take() {
      return isTaken.compareAndSet(false, true);
    }
  }

  record Over(Progress progress) implements Step {}
}
