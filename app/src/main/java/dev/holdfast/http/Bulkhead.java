package dev.holdfast.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Places for requests of one kind, of which those of another kind can take none. The oldest who
 * waits gets the next one.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Bulkhead {
  private final Semaphore places;

  Bulkhead(int count) {
    this.places = new Semaphore(count, true);
  }

  /** Takes a place; false if there was none in time, in milliseconds. */
  boolean enter(long waitMs) throws InterruptedException {
    return places.tryAcquire(waitMs, TimeUnit.MILLISECONDS);
  }

  void leave() {
    places.release();
  }
}
