package dev.holdfast.watcher;

/** A remark on a check that does not change its outcome. */
public enum Flag {
  /** The agent was slow while the check ran: the result counts for nothing but history. */
  TAINTED,
  /** The body was read up to its bound alone. */
  TRUNCATED,
  /** The first address did not connect, and another one did, such as one of the other family. */
  FELL_BACK,
  /** The resolver gave an address whose time to live was over, since no server answered. */
  STALE_DNS,
  /** A redirect led from https to http, and the credentials were left out. */
  DOWNGRADED,
  /** A connection was used again. */
  REUSED
}
