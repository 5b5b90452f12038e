package dev.holdfast.cas;

import dev.holdfast.files.Name;
import dev.holdfast.files.Ring;

/**
 * Who has which blob.
 *
 * @param self this sidecar, as the ring names it
 */
public record Owners(Ring ring, String self) {
  /** The sidecar that has a file, as {@code host:port}. */
  String of(Name name) {
    return ring.owner(name.ringKey());
  }

  boolean isSelf(Name name) {
    return of(name).equals(self);
  }
}
