package dev.holdfast.files;

import dev.holdfast.staging.Content;

/** What the sidecar knows of a name beside what is on its disk. */
sealed interface Known {
  /** The origin has no such file. */
  record Absent() implements Known {}

  /** The origin has this content; it may be published, cold or no longer here. */
  record Clean(Content content) implements Known {}
}
