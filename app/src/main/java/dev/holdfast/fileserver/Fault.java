package dev.holdfast.fileserver;

/** A way in which the real file server breaks; what it does without is the right thing. */
public enum Fault {
  /**
   * A DELETE that overlaps a GET or PUT of the same name hangs the server for good. Off, the
   * requests of one name wait for each other.
   */
  DEADLOCK,
  /**
   * Two PUTs of one name truncate and write the same file at the same time. Off, one follows the
   * other.
   */
  MIXED_PUTS,
  /**
   * An upload that breaks off, or a chunked one, removes the file. Off, the old content stays; the
   * answer is 500 all the same.
   */
  BROKEN_UPLOAD_REMOVES,
  /**
   * A GET of a file that this server knows and someone else removed is answered 200 with an error
   * text. Off, 404.
   */
  STALE_NAMES,
  /**
   * An error while a file is sent is appended to the body as text. Off, such an error cuts the
   * connection, and no errors are made up.
   */
  SEND_ERRORS,
  /**
   * A request that the client gave up on is carried out all the same. Off, it is noticed after its
   * latency and dropped; a client that closes its sending side counts as gone.
   */
  ABANDONED_RUNS
}
