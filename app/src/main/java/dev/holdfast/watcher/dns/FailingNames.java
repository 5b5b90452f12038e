package dev.holdfast.watcher.dns;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts which names failed the last time they were asked for, within a window. A name that does
 * not exist did not fail. If most names fail, our own servers are at fault and no site is.
 *
 * <p>Threading: any number of threads. The lock is this object.
 */
final class FailingNames {
  /** With fewer names nobody can tell a failing server from a failing name. */
  static final int NAMES_MIN = 5;

  /** How long a name counts, in ns: twice the longest interval. So every name of the list does. */
  static final long WINDOW_NANOS = 600_000_000_000L;

  private final int namesMax;

  /** The names, the one that was asked for longest ago first. */
  private final Map<String, Last> names = new LinkedHashMap<>();

  private int failing;

  private record Last(boolean isFailure, long atNanos) {}

  FailingNames(int namesMax) {
    this.namesMax = namesMax;
  }

  /** Notes how a name was resolved just now. */
  synchronized void note(String name, boolean isFailure, long nowNanos) {
    forget(name);
    names.put(name, new Last(isFailure, nowNanos));
    failing += isFailure ? 1 : 0;
    dropOld(nowNanos);
  }

  /** Returns true if more than half of all names fail, and there are enough to tell. */
  synchronized boolean isMost(long nowNanos) {
    dropOld(nowNanos);
    return names.size() >= NAMES_MIN && 2 * failing > names.size();
  }

  private void forget(String name) {
    Last last = names.remove(name);
    if (last != null && last.isFailure()) {
      failing--;
    }
  }

  private void dropOld(long nowNanos) {
    Iterator<Last> oldest = names.values().iterator();
    while (oldest.hasNext()) {
      Last last = oldest.next();
      if (names.size() <= namesMax && nowNanos - last.atNanos() < WINDOW_NANOS) {
        return;
      }
      oldest.remove();
      failing -= last.isFailure() ? 1 : 0;
    }
  }
}
