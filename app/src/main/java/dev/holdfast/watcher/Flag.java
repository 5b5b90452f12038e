package dev.holdfast.watcher;

/** A remark on a check that does not change its outcome. */
public enum Flag {
  /** The agent was slow while the check ran: the result counts for nothing but history. */
  TAINTED,
  /** The body was read up to its bound alone. */
  TRUNCATED,
  /** The first address family did not connect, and the other one did. */
  FELL_BACK,
  /** The resolver gave an address whose time to live was over, since no server answered. */
  STALE_DNS,
  /** A redirect led from https to http, and the credentials were left out. */
  DOWNGRADED,
  /** A connection was used again. */
  REUSED
}
