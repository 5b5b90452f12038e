package dev.holdfast.names;

/** Names of tests, as literals. */
public final class Names {
  private Names() {}

  /** The stored form that is written so. */
  public static StoredName stored(String form) {
    return StoredName.parse(form)
        .orElseThrow(() -> new AssertionError("nothing is stored as " + form));
  }

  /** What no part of the program makes, if nothing is stored so: for tests that want a failure. */
  public static StoredName unchecked(String form) {
    return new StoredName(form);
  }
}
