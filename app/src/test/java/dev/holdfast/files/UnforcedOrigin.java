package dev.holdfast.files;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The memory and the disk of a file server that forces nothing: what it has confirmed reaches its
 * disk a while later, and a power failure before that leaves a file of length 0, or what was there
 * before, or, of a delete, the file.
 *
 * <p>Threading: for one thread.
 */
final class UnforcedOrigin {
  private final LongSupplier clock;
  private final long writeBackNanos;
  private final Map<String, String> seen = new TreeMap<>();
  private final Map<String, String> disk = new TreeMap<>();
  private final Map<String, Long> dirtySince = new TreeMap<>();
  private long openedNanos;

  /** What a power failure leaves of a file that was written anew. */
  enum Lost {
    EMPTY,
    OLD
  }

  /**
   * @param writeBackNanos how long it takes at most until a change is on the disk
   */
  UnforcedOrigin(LongSupplier clock, long writeBackNanos) {
    this.clock = clock;
    this.writeBackNanos = writeBackNanos;
    this.openedNanos = clock.getAsLong();
  }

  /** Another one with the same in memory, on its disk and of its connection. */
  UnforcedOrigin copy(LongSupplier otherClock) {
    var copy = new UnforcedOrigin(otherClock, writeBackNanos);
    copy.seen.putAll(seen);
    copy.disk.putAll(disk);
    copy.dirtySince.putAll(dirtySince);
    copy.openedNanos = openedNanos;
    return copy;
  }

  /** Has a file on its disk from the beginning. */
  void given(String name, String body) {
    seen.put(name, body);
    disk.put(name, body);
  }

  /** What a GET gives; null if there is no such file. */
  String get(String name) {
    return seen.get(name);
  }

  void put(String name, String body) {
    seen.put(name, body);
    dirtySince.put(name, clock.getAsLong());
  }

  void remove(String name) {
    seen.remove(name);
    dirtySince.put(name, clock.getAsLong());
  }

  /** Since when the connection to it stands. */
  long openedNanos() {
    return openedNanos;
  }

  /** A new connection is made; the old one was closed. */
  void reconnect() {
    openedNanos = clock.getAsLong();
  }

  /** Writes back what is due. */
  void passTime() {
    long now = clock.getAsLong();
    for (String name : Map.copyOf(dirtySince).keySet()) {
      if (now - dirtySince.get(name) >= writeBackNanos) {
        dirtySince.remove(name);
        if (seen.containsKey(name)) {
          disk.put(name, seen.get(name));
        } else {
          disk.remove(name);
        }
      }
    }
  }

  /** Loses its memory, and is asked over a new connection from now on. */
  void powerFailure(Lost lost) {
    for (String name : dirtySince.keySet()) {
      if (lost == Lost.EMPTY && seen.containsKey(name)) {
        disk.put(name, "");
      }
    }
    dirtySince.clear();
    seen.clear();
    seen.putAll(disk);
    reconnect();
  }
}
