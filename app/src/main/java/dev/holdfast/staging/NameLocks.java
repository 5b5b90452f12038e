package dev.holdfast.staging;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of each name. Names share a fixed number of locks; a thread holds at most one of them at
 * a time, so sharing cannot lock up.
 */
final class NameLocks {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

  NameLocks() {
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** The lock of a name; the caller locks it. */
  ReentrantLock of(String name) {
    int hash = name.hashCode();
    return locks[(hash ^ hash >>> 16) & STRIPES - 1];
  }
}
