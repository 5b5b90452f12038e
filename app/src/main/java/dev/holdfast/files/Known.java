package dev.holdfast.files;

import dev.holdfast.staging.Content;

/**
 * The state of a name that the sidecar has shown last, which it knows beside what is on its disk.
 * The origin has the same, or gets it by the write that is pending.
 */
sealed interface Known {
  /** There is no such file. */
  record Absent() implements Known {}

  /** The file has this content; it may be published, cold or no longer here. */
  record Present(Content content) implements Known {}
}
