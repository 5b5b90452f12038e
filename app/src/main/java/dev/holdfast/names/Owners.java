package dev.holdfast.names;

/**
 * The owners of names and keys.
 *
 * @param self this sidecar, as the ring names it
 */
public record Owners(Ring ring, String self) {
  /** The sidecar that has a file, as {@code host:port}. */
  public String of(Name name) {
    return ring.owner(name.ringKey());
  }

  /** Returns true if this sidecar has a file. */
  public boolean isSelf(Name name) {
    return of(name).equals(self);
  }

  /** Returns true if this sidecar has the file that is stored in a form. */
  public boolean isSelf(StoredName name) {
    return isSelf(Name.of(name));
  }

  /** Returns true if this sidecar has the thing that nginx finds by this key. */
  public boolean isSelf(byte[] key) {
    return ring.owner(key).equals(self);
  }
}
