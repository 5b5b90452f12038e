package dev.holdfast.names;

/**
 * Which sidecar has which name or key.
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

  /** Whether this sidecar has what nginx finds by a key of its own. */
  public boolean isSelf(byte[] key) {
    return ring.owner(key).equals(self);
  }
}
