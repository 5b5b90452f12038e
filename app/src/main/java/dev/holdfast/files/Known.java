package dev.holdfast.files;

import dev.holdfast.staging.Content;

/**
 * What the sidecar knows of a name beside what is on its disk: what it has shown last. The origin
 * has the same, or gets it by the write that is pending.
 */
sealed interface Known {
  /** There is no such file. */
  record Absent() implements Known {}

  /** The file has this content; it may be published, cold or no longer here. */
  record Present(Content content) implements Known {}
}
