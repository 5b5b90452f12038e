package dev.holdfast.watcher.probe;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;

/**
 * Connections whose answer is whole, and which the server is to close. The side that closes first
 * keeps the port for a minute, and the agent would run out of ports. After a while the connection
 * is reset, which keeps no port.
 *
 * <p>Threading: any number of threads.
 */
final class Lingering {
  /** How long the server has to close, in ns. */
  static final long NANOS = 500_000_000;

  private final Deadlines deadlines;
  private final LongSupplier nanos;
  private final int most;
  private final AtomicInteger count = new AtomicInteger();

  Lingering(Deadlines deadlines, LongSupplier nanos, int most) {
    this.deadlines = deadlines;
    this.nanos = nanos;
    this.most = most;
  }

  /**
   * Waits for the end of a connection.
   *
   * @return what to run when it has come, or empty if as many connections wait as may
   */
  Optional<Runnable> linger(IOSession session) {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      return Optional.empty();
    }
    var isOver = new AtomicBoolean();
    Runnable over =
        () -> {
          if (isOver.compareAndSet(false, true)) {
            count.decrementAndGet();
          }
        };
    Deadlines.Deadline deadline;
    try {
      deadline =
          deadlines.at(
              nanos.getAsLong() + NANOS,
              () -> {
                over.run();
                session.close(CloseMode.IMMEDIATE);
              });
    } catch (RuntimeException | Error e) {
      over.run(); // or the place would be taken for ever
      throw e;
    }
    return Optional.of(
        () -> {
          deadline.drop();
          over.run();
        });
  }

  /** Returns how many connections wait. */
  int count() {
    return count.get();
  }
}
