package dev.holdfast.watcher;

/**
 * Why a check is made. It is part of the key of its row: a check again has a due time of its own,
 * and may fall on a slot.
 */
public enum Kind {
  /** A slot of the schedule. */
  SLOT,
  /** Again, since the agent disturbed the check before. */
  AGAIN_TAINTED,
  /** Again, since the check before was the first that failed. */
  AGAIN_FAILED,
  /** A slot whose due time comes a second time, since the clock was set back. */
  REPEATED
}
