package dev.holdfast.origin;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The places at the origin, first come, first served; writes have only some of them, so that reads
 * always find the others.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Permits {
  private final int placesMax;
  private final Semaphore places;
  private final Semaphore writePlaces;

  Permits(int placesMax, int writesMax) {
    this.placesMax = placesMax;
    this.places = new Semaphore(placesMax, true);
    this.writePlaces = new Semaphore(writesMax, true);
  }

  /** Takes a place for a read; false if there was none before the deadline. */
  boolean takeForRead(Deadline deadline) throws InterruptedException {
    return places.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS);
  }

  /** Takes a place for a write; false if there was none before the deadline. */
  boolean takeForWrite(Deadline deadline) throws InterruptedException {
    if (!writePlaces.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    boolean taken = false;
    try {
      taken = places.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    } finally {
      if (!taken) {
        writePlaces.release();
      }
    }
    return taken;
  }

  void releaseRead() {
    places.release();
  }

  void releaseWrite() {
    places.release();
    writePlaces.release();
  }

  int inUse() {
    return placesMax - places.availablePermits();
  }

  int waiting() {
    return places.getQueueLength() + writePlaces.getQueueLength();
  }
}
