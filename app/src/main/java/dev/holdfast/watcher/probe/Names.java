package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.dns.Resolver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Resolves names for checks, each of which has an end: the servers have half of the time that is
 * left. Then the check goes on with addresses whose time is over, if there are some.
 */
record Names(Resolver resolver, Deadlines deadlines, LongSupplier nanos) {
  /**
   * Resolves a name.
   *
   * @param endNanos when the check ends, by the monotonic clock
   * @param done takes the resolution, once. It must not block
   */
  void resolve(String host, Reach.Family family, long endNanos, Consumer<Resolution.Timed> done) {
    var isTold = new AtomicBoolean();
    var patience = new AtomicReference<Deadlines.Deadline>();
    resolver.resolve(
        host,
        family,
        timed -> {
          if (isTold.compareAndSet(false, true)) {
            drop(patience); // it would keep the check after its end
            done.accept(timed);
          }
        });
    if (isTold.get()) {
      return;
    }
    long now = nanos.getAsLong();
    patience.set(
        deadlines.at(now + (endNanos - now) / 2, () -> impatient(host, family, isTold, done)));
    if (isTold.get()) {
      drop(patience);
    }
  }

  private static void drop(AtomicReference<Deadlines.Deadline> patience) {
    Deadlines.Deadline set = patience.get();
    if (set != null) {
      set.drop();
    }
  }

  private void impatient(
      String host, Reach.Family family, AtomicBoolean isTold, Consumer<Resolution.Timed> done) {
    if (isTold.get()) {
      return;
    }
    Resolution.Timed soFar = resolver.soFar(host, family);
    if (soFar.resolution() instanceof Resolution.Addresses && isTold.compareAndSet(false, true)) {
      done.accept(soFar);
    }
  }
}
