package dev.holdfast.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Places for requests of one kind. Requests of other kinds cannot take them. The oldest waiting
 * request gets the next place.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Bulkhead {
  private final Semaphore places;

  Bulkhead(int count) {
    this.places = new Semaphore(count, true);
  }

  /** Takes a place. Returns false if none was free within the time, in milliseconds. */
  boolean enter(long waitMs) throws InterruptedException {
    return places.tryAcquire(waitMs, TimeUnit.MILLISECONDS);
  }

  void leave() {
    places.release();
  }
}
