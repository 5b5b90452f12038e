package dev.holdfast.http;

/** The answer to a request that another sidecar has to be asked. */
public final class Misdirected {
  /** The request header by which a sidecar knows that nginx asks, which has chosen it. */
  public static final String FRONT_HEADER = "X-Holdfast-Front";

  private Misdirected() {}

  /**
   * Returns 421, or 503 if nginx asks: then its list of sidecars is not that of this sidecar, as
   * while the list is being changed, and the client can do nothing but try again.
   *
   * @param what belongs to another sidecar, such as "this name"
   */
  public static Problem of(Exchange asked, String what) {
    return asked.header(FRONT_HEADER).isEmpty()
        ? Problem.of(421, what + " belongs to another sidecar; ask through nginx")
        : Problem.unavailable(
            "nginx and the sidecars do not agree on who owns "
                + what
                + ": their lists of sidecars differ; nothing was changed");
  }
}
