package dev.holdfast.staging;

import dev.holdfast.bounds.Bounds;

/**
 * How settled writes are kept until they are surely on the origin's disk.
 *
 * @param ms how long the origin's machine takes at most to write back what it has confirmed, in
 *     milliseconds; 0 keeps nothing, which is right for an origin that forces before it confirms
 * @param alwaysCompare true to read each write back after that time: a connection to the origin
 *     that stayed open proves nothing where a proxy is in front of it, or its volume is on another
 *     machine
 * @param bytesMax bytes of kept bodies, 0 or more; above it the oldest leave early, or, with {@code
 *     strict}, new writes wait
 * @param countMax the same in writes, 0 or more
 * @param strict true if no write leaves early
 */
public record Keeping(long ms, boolean alwaysCompare, long bytesMax, int countMax, boolean strict) {
  /** The values of a sidecar for which nothing else is said. */
  public static final Keeping DEFAULT =
      new Keeping(90_000, false, 2L * 1024 * 1024 * 1024, 100_000, false);

  /** Nothing is kept. */
  public static final Keeping OFF = new Keeping(0, false, 0, 0, false);

  public Keeping {
    Bounds.atLeast("ms", ms, 0);
    Bounds.atLeast("bytesMax", bytesMax, 0);
    Bounds.atLeast("countMax", countMax, 0);
  }

  /** The same with another {@code ms}. */
  public Keeping withMs(long ms) {
    return new Keeping(ms, alwaysCompare, bytesMax, countMax, strict);
  }

  /** The same with another {@code alwaysCompare}. */
  public Keeping withAlwaysCompare(boolean alwaysCompare) {
    return new Keeping(ms, alwaysCompare, bytesMax, countMax, strict);
  }

  /** The same with another {@code bytesMax}. */
  public Keeping withBytesMax(long bytesMax) {
    return new Keeping(ms, alwaysCompare, bytesMax, countMax, strict);
  }

  /** The same with another {@code countMax}. */
  public Keeping withCountMax(int countMax) {
    return new Keeping(ms, alwaysCompare, bytesMax, countMax, strict);
  }

  /** The same with another {@code strict}. */
  public Keeping withStrict(boolean strict) {
    return new Keeping(ms, alwaysCompare, bytesMax, countMax, strict);
  }

  boolean isOn() {
    return ms > 0;
  }
}
