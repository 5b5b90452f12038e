package dev.holdfast.http;

/** The answer to a request that belongs to another sidecar. */
public final class Misdirected {
  /** The request header that tells a sidecar that nginx asks, and has chosen it. */
  public static final String FRONT_HEADER = "X-Holdfast-Front";

  private Misdirected() {}

  /**
   * Refuses a request that belongs to another sidecar.
   *
   * @param isOwn true if it belongs to this one
   * @param what the thing that it asks for, such as "this name"
   * @throws ProblemException 421, or 503 if nginx asks
   */
  public static void requireOwn(boolean isOwn, Exchange asked, String what) {
    if (!isOwn) {
      throw of(asked, what).asException();
    }
  }

  /**
   * Returns 421, or 503 if nginx asks. In that case nginx and this sidecar have different lists of
   * sidecars, as while the list changes, and the client can only try again.
   *
   * @param thing that belongs to another sidecar, such as "this name"
   */
  public static Problem of(Exchange asked, String thing) {
    return asked.header(FRONT_HEADER).isEmpty()
        ? Problem.of(421, thing + " belongs to another sidecar; ask through nginx")
        : Problem.unavailable(
            "nginx and the sidecars do not agree on who owns "
                + thing
                + ": their lists of sidecars differ; nothing was changed");
  }
}
