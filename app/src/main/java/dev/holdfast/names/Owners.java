package dev.holdfast.names;

/**
 * Who has which blob.
 *
 * @param self this sidecar, as the ring names it
 */
public record Owners(Ring ring, String self) {
  /** The sidecar that has a file, as {@code host:port}. */
  public String of(Name name) {
    return ring.owner(name.ringKey());
  }

  public boolean isSelf(Name name) {
    return of(name).equals(self);
  }
}
