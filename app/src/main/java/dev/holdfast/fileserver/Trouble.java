package dev.holdfast.fileserver;

/** A trouble that a test can make in a running file server, beyond the faults of the real one. */
public enum Trouble {
  /** Every request is answered 429 at once. */
  ANSWER_429,
  /** Every request is answered 500, after its latency. */
  ANSWER_500,
  /**
   * Every request is held, before its latency. It keeps its name and its place among those in
   * flight.
   */
  HANG,
  /**
   * The connection of an upload is cut when half of the body has come. The upload counts as broken.
   */
  CUT_UPLOADS,
  /** The connection of a download is cut when half of the file has been sent. */
  CUT_DOWNLOADS
}
