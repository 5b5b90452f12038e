package dev.holdfast.staging;

import dev.holdfast.staging.EntryName.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of one name that are on disk. Immutable.
 *
 * @param pending the newest write, if the origin has not confirmed it; else null
 * @param kept the newest write that it has confirmed; else null
 * @param older entries that a newer one has replaced, and whose files are still there
 */
record NameEntries(Held pending, Kept kept, List<EntryName> older) {
  static final NameEntries EMPTY = new NameEntries(null, null, List.of());

  NameEntries pending(Held other) {
    return new NameEntries(other, kept, older);
  }

  NameEntries kept(Kept other) {
    return new NameEntries(pending, other, older);
  }

  NameEntries older(List<EntryName> others) {
    return new NameEntries(pending, kept, List.copyOf(others));
  }

  NameEntries andOlder(EntryName other) {
    var all = new ArrayList<>(older);
    all.add(other);
    return older(all);
  }

  /** A newer write has taken the place of the kept one. */
  NameEntries retireKept() {
    return kept == null ? this : andOlder(kept.entry()).kept(null);
  }

  int pendingCount() {
    return pending == null ? 0 : 1;
  }

  boolean isEmpty() {
    return pending == null && kept == null && older.isEmpty();
  }

  /**
   * A pending write and the room that it occupies.
   *
   * @param durable true if its entry is surely on disk
   * @param over true if its removal has begun: remove the rest of it, and do nothing else
   * @param file how far its file has come
   */
  record Held(Pending write, Reservation room, boolean durable, boolean over, File file) {
    /** How far the file of a write has come. */
    enum File {
      /** It counts by itself; only its name may have to be forced. */
      FORCED,
      /** It is not forced: a record in the log says what is in it. */
      LOGGED,
      /** The same, and a force of it has failed: no later one says anything. */
      LOST
    }

    /** A write that is new, and whose name is not forced. */
    Held(Pending write, Reservation room, File file) {
      this(write, room, false, false, file);
    }

    boolean logged() {
      return file != File.FORCED;
    }

    EntryName entry() {
      Kind put = logged() ? Kind.LOGGED_PUT : Kind.PENDING_PUT;
      Kind kind = write instanceof Pending.Put ? put : Kind.PENDING_DELETE;
      return new EntryName(kind, write.version(), write.name());
    }

    Held as(Pending other) {
      return new Held(other, room, durable, over, file);
    }

    Held asDurable() {
      return new Held(write, room, true, over, file);
    }

    Held asOver() {
      return new Held(write, room, durable, true, file);
    }

    Held as(File other) {
      return new Held(write, room, durable, over, other);
    }
  }
}
