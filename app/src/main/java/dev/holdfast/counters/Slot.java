package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The shares of one life of one process that are known here. Each change in a slot has a sequence,
 * from 1 on without a gap.
 *
 * <p>{@link #known} says up to which sequence nothing is missing. A share may be newer than that:
 * it came alone, or with the first part of what came. Since it has replaced an older share of its
 * counter, whoever passes on what is known up to some sequence passes on the newer ones as well.
 *
 * <p>Threading: under the actor's lock.
 */
final class Slot {
  private final Id id;
  private final Id actor;
  private final int number;
  private long known;
  private long forced;
  private Share newest; // the end of the list in the order of sequences
  private Share oldest;

  /** Where its share was in the {@link Counter} that was asked for it last. */
  int place;

  /** The shares beyond {@link #known}: those that may come out of order. */
  private final NavigableMap<Long, Share> ahead = new TreeMap<>();

  private Extent extent; // null: to be made anew

  /**
   * @param number tells it from the other slots that are known here; a later one has a higher one
   */
  Slot(Id id, Id actor, int number) {
    this.id = id;
    this.actor = actor;
    this.number = number;
  }

  int number() {
    return number;
  }

  Id id() {
    return id;
  }

  /** Returns the actor that counted in it. */
  Id actor() {
    return actor;
  }

  /** Returns the sequence up to which nothing is missing. */
  long known() {
    return known;
  }

  /** Returns the sequence up to which everything is forced here, at most {@link #known}. */
  long forced() {
    return forced;
  }

  void know(long sequence) {
    if (sequence > known) {
      known = sequence;
      ahead.headMap(known, true).clear();
      extent = null;
    }
  }

  /** Returns how much of it is known. */
  Extent extent() {
    if (extent == null) {
      extent = Extent.of(this);
    }
    return extent;
  }

  /** Forgets up to where it is known, and forced. */
  void doubt() {
    known = 0;
    forced = 0;
    extent = null;
    for (Share at = newest; at != null; at = at.older) {
      ahead.put(at.sequence(), at);
    }
  }

  void force(long sequence) {
    forced = Math.max(forced, Math.min(sequence, known));
  }

  /**
   * Returns the sequence of the newest share, 0 if there is none; it may be beyond {@link #known}.
   */
  long last() {
    return newest == null ? 0 : newest.sequence();
  }

  /**
   * Gives a share the place of its new sequence.
   *
   * @param formerly its sequence before, 0 if it is new
   */
  void moved(Share share, long formerly) {
    extent = null;
    if (formerly > 0) {
      ahead.remove(formerly);
      unlink(share);
    }
    Share before = before(share.sequence());
    Share behind = before == null ? oldest : before.newer;
    if (share.sequence() > known) {
      ahead.put(share.sequence(), share);
    }
    share.older = before;
    share.newer = behind;
    if (before == null) {
      oldest = share;
    } else {
      before.newer = share;
    }
    if (behind == null) {
      newest = share;
    } else {
      behind.older = share;
    }
  }

  /** Returns the share that comes before a sequence, or null. Only the latest are out of order. */
  private Share before(long sequence) {
    if (newest == null || newest.sequence() < sequence) {
      return newest;
    }
    var earlier = ahead.lowerEntry(sequence);
    if (earlier != null) {
      return earlier.getValue();
    }
    Share before = ahead.isEmpty() ? newest : ahead.firstEntry().getValue().older;
    while (before != null && before.sequence() > sequence) {
      before = before.older;
    }
    return before;
  }

  private void unlink(Share share) {
    if (share.older != null) {
      share.older.newer = share.newer;
    } else if (oldest == share) {
      oldest = share.newer;
    }
    if (share.newer != null) {
      share.newer.older = share.older;
    } else if (newest == share) {
      newest = share.older;
    }
    share.older = null;
    share.newer = null;
  }

  /** Returns all shares with a higher sequence, in the order of their sequences. */
  List<Share> since(long sequence) {
    var changed = new ArrayList<Share>();
    for (Share at = newest; at != null && at.sequence() > sequence; at = at.older) {
      changed.add(at);
    }
    Collections.reverse(changed);
    return changed;
  }
}
