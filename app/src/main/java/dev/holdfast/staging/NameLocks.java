package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of each name. Names share a fixed number of locks; a thread holds at most one of them at
 * a time, so sharing cannot lock up.
 */
final class NameLocks {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
  private final long[] changes = new long[STRIPES]; // each guarded by the lock of its stripe

  NameLocks() {
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** The lock of a name; the caller locks it. */
  ReentrantLock of(StoredName name) {
    return locks[stripe(name)];
  }

  /** Notes a change of a name, whose lock is held. */
  void changed(StoredName name) {
    changes[stripe(name)]++;
  }

  /** How often names of this lock were changed. The lock is held. */
  long changes(StoredName name) {
    return changes[stripe(name)];
  }

  private static int stripe(StoredName name) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & STRIPES - 1;
  }
}
