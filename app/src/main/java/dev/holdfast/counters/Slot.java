package dev.holdfast.counters;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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
  private long known;
  private long forced;
  private Share newest; // the end of the list in the order of sequences

  Slot(Id id, Id actor) {
    this.id = id;
    this.actor = actor;
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
    known = Math.max(known, sequence);
  }

  /** Forgets up to where it is known, and forced. */
  void doubt() {
    known = 0;
    forced = 0;
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

  /** Gives a share the place of its new sequence. */
  void moved(Share share) {
    unlink(share);
    Share before = newest;
    while (before != null && before.sequence() > share.sequence()) {
      before = before.older;
    }
    Share behind = before == null ? oldest() : before.newer;
    share.older = before;
    share.newer = behind;
    if (before != null) {
      before.newer = share;
    }
    if (behind == null) {
      newest = share;
    } else {
      behind.older = share;
    }
  }

  private Share oldest() {
    Share at = newest;
    while (at != null && at.older != null) {
      at = at.older;
    }
    return at;
  }

  private void unlink(Share share) {
    if (share.older != null) {
      share.older.newer = share.newer;
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
