package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Files in the order in which they came, with their sizes: what there is to evict.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class FileQueue {
  /**
   * @param size in bytes
   * @param sinceMs when the bytes came from the origin or from a client, in ms since 1970
   */
  record Entry(long size, long sinceMs) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<StoredName, Entry> entries = new LinkedHashMap<>(); // guarded by lock
  private long bytes; // guarded by lock

  /** Adds a file as the newest, in place of an earlier one of its name. */
  void add(StoredName name, Entry entry) {
    lock.lock();
    try {
      removeLocked(name);
      entries.put(name, entry);
      bytes += entry.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a file out; empty if it was not in. */
  Optional<Entry> remove(StoredName name) {
    lock.lock();
    try {
      return Optional.ofNullable(removeLocked(name));
    } finally {
      lock.unlock();
    }
  }

  /** The names of the oldest files, at most so many. */
  List<StoredName> oldest(int most) {
    lock.lock();
    try {
      var names = new ArrayList<StoredName>(most);
      for (StoredName name : entries.keySet()) {
        if (names.size() == most) {
          break;
        }
        names.add(name);
      }
      return names;
    } finally {
      lock.unlock();
    }
  }

  /** The names of files whose bytes came before a moment. */
  List<StoredName> before(long momentMs) {
    lock.lock();
    try {
      var names = new ArrayList<StoredName>();
      for (Map.Entry<StoredName, Entry> file : entries.entrySet()) {
        // All are looked at: what was brought back from cold stands behind younger ones.
        if (file.getValue().sinceMs() < momentMs) {
          names.add(file.getKey());
        }
      }
      return names;
    } finally {
      lock.unlock();
    }
  }

  boolean contains(StoredName name) {
    lock.lock();
    try {
      return entries.containsKey(name);
    } finally {
      lock.unlock();
    }
  }

  boolean isOver(long bytesMax, int countMax) {
    lock.lock();
    try {
      return bytes > bytesMax || entries.size() > countMax;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  private Entry removeLocked(StoredName name) {
    Entry old = entries.remove(name);
    if (old != null) {
      bytes -= old.size();
    }
    return old;
  }
}
