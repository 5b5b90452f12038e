package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that the origin has with other bytes than their names say. A file leaves when it is found
 * in order, written anew or deleted. Only the newest are remembered.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Damaged {
  private static final Logger log = LoggerFactory.getLogger(Damaged.class);
  private static final int REMEMBERED_MAX = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<StoredName, String> files = new LinkedHashMap<>(); // guarded by lock

  Damaged(FileMeters meters) {
    meters.damagedCount(this::count);
  }

  void add(StoredName name, String detail) {
    lock.lock();
    try {
      if (files.remove(name) == null) {
        log.error("{} is damaged: {}", name, detail);
      }
      files.put(name, detail);
      if (files.size() > REMEMBERED_MAX) {
        files.remove(files.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  void remove(StoredName name) {
    lock.lock();
    try {
      files.remove(name);
    } finally {
      lock.unlock();
    }
  }

  /** By stored name, with what was found; the first of them in the order of their names. */
  Map<StoredName, String> shown(int most) {
    lock.lock();
    try {
      var shown = new TreeMap<>(files);
      while (shown.size() > most) {
        shown.pollLastEntry();
      }
      return shown;
    } finally {
      lock.unlock();
    }
  }

  long count() {
    lock.lock();
    try {
      return files.size();
    } finally {
      lock.unlock();
    }
  }
}
