package dev.holdfast.origin;

/**
 * Until when somebody waits for the answer to a request. It may grow while the request waits for
 * its place: somebody else has come to wait for the same answer.
 *
 * <p>Threading: may be asked from any number of threads, at any time; it must not wait.
 */
public interface Patience {
  /** The moment, as things are now. */
  Deadline until();

  /**
   * How long whoever waits longest is ready to wait in all, in nanoseconds. A request is never
   * taken to need more than half of it: an origin that has become slower than anybody's patience is
   * still asked, and its answers are there for those who come back.
   */
  long wholeNanos();
}
