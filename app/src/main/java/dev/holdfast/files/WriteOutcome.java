package dev.holdfast.files;

import dev.holdfast.staging.Content;
import java.util.Optional;

/** The outcome of a put or a delete. */
public sealed interface WriteOutcome {
  /**
   * It is acknowledged.
   *
   * @param content what was put; empty after a delete
   */
  record Done(Optional<Content> content) implements WriteOutcome {
    /** The entity tag of what was put; empty after a delete. */
    public Optional<String> etag() {
      return content.map(Content::etag);
    }
  }

  /** Its precondition does not hold; nothing was changed. */
  record Unmet() implements WriteOutcome {}

  /**
   * The name says which digest its content has, and the body has another one; nothing was changed.
   *
   * @param found the SHA-256 of the body, 64 lowercase hex digits
   */
  record OtherDigest(String found) implements WriteOutcome {}

  /** There is no room for it; nothing was changed. */
  record NoRoom(String detail) implements WriteOutcome {}

  /** It could not be found out if its precondition holds; nothing was changed. */
  record Unknowable(ReadOutcome why) implements WriteOutcome {}

  /**
   * The origin did not confirm it in time.
   *
   * @param mayTakeEffect false if nothing was changed; true if it is kept and still brought there
   */
  record Unconfirmed(String detail, boolean mayTakeEffect) implements WriteOutcome {}
}
