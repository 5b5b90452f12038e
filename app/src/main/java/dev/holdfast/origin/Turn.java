package dev.holdfast.origin;

import dev.holdfast.names.StoredName;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The right to be the only one who has requests for a file in progress at the origin. It passes on
 * when it is closed <em>and</em> no request made under it can still be running there.
 *
 * <p>Threading: closed once, by who took it.
 */
public final class Turn implements AutoCloseable {
  private final StoredName name;
  private final Runnable passOn;
  private final AtomicInteger shares = new AtomicInteger(1);
  private final AtomicReference<Deadline> quiet = new AtomicReference<>();

  Turn(StoredName name, Runnable passOn) {
    this.name = name;
    this.passOn = passOn;
  }

  /** The stored name that this is the turn of. */
  public StoredName name() {
    return name;
  }

  /**
   * The moment until which requests made under this turn that ended without an answer may still run
   * at the origin, on {@link System#nanoTime()}, be it past or to come; empty if there was none.
   */
  public OptionalLong quietNanos() {
    Deadline last = quiet.get();
    return last == null ? OptionalLong.empty() : OptionalLong.of(last.atNanos());
  }

  /**
   * Waits until no request made under this turn can still be running at the origin.
   *
   * @return false if that is not so before the deadline
   */
  boolean awaitQuiet(Deadline deadline) throws InterruptedException {
    Deadline last = quiet.get();
    return last == null || last.awaitUnless(deadline);
  }

  /** A request made under this turn has ended without an answer, and may run until then. */
  void mayRunUntil(Deadline end) {
    quiet.accumulateAndGet(
        end, (last, now) -> last == null || last.orEarlier(now).equals(last) ? now : last);
  }

  @Override
  public void close() {
    drop();
  }

  /**
   * Keeps the turn from passing on until {@link #drop}.
   *
   * @throws IllegalStateException if it has passed on
   */
  void share() {
    if (shares.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("the turn of " + name + " has passed on");
    }
  }

  void drop() {
    if (shares.decrementAndGet() == 0) {
      passOn.run();
    }
  }
}
