package dev.holdfast.fileserver;

/** What a test can make a running file server do, beyond the faults of the real one. */
public enum Trouble {
  /** Every request is answered 429 at once. */
  ANSWER_429,
  /** Every request is answered 500, after its latency. */
  ANSWER_500,
  /** Every request is held, before its latency and with its name and its place taken. */
  HANG,
  /** The connection of an upload is cut when half of the body has come; the upload is broken. */
  CUT_UPLOADS,
  /** The connection of a download is cut when half of the file has been sent. */
  CUT_DOWNLOADS
}
