package dev.holdfast.staging;

import dev.holdfast.names.StoredName;

/**
 * A write that the origin has not confirmed yet. At most one a name: a newer write replaces an
 * older one.
 */
public sealed interface Pending {
  /** The stored name. */
  StoredName name();

  /** Grows with every write of this store, so that a confirmation can be matched to its write. */
  long version();

  /** When the oldest of the writes that this one stands for came in, in ms since 1970. */
  long sinceMs();

  /** Returns true if reads show this write already. Else they show what was there before. */
  boolean visible();

  /** The bytes that this write occupies. */
  long bytes();

  /** A body to bring to the origin. */
  record Put(StoredName name, long version, long sinceMs, boolean visible, Content content)
      implements Pending {
    @Override
    public long bytes() {
      return content.size();
    }
  }

  /** A deletion to bring to the origin. */
  record Delete(StoredName name, long version, long sinceMs, boolean visible) implements Pending {
    @Override
    public long bytes() {
      return 0;
    }
  }
}
