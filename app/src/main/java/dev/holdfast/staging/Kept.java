package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.Optional;

/**
 * A write that the origin has confirmed and that is kept here until it is surely on the origin's
 * disk. As long as it is kept, it is the answer.
 *
 * @param name the stored name
 * @param version its number among the writes of this store
 * @param settledMs when the origin confirmed it, or when this store was opened, in ms since 1970
 * @param content what was put; empty for a delete
 */
public record Kept(StoredName name, long version, long settledMs, Optional<Content> content) {
  /** The bytes that it occupies. */
  public long bytes() {
    return content.map(Content::size).orElse(0L);
  }

  EntryName entry() {
    var kind = content.isPresent() ? EntryName.Kind.KEPT_PUT : EntryName.Kind.KEPT_DELETE;
    return new EntryName(kind, version, name);
  }
}
