package dev.holdfast.fileserver;

/** A way in which the real file server breaks. Without the fault the server behaves correctly. */
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
   * A GET of a file that this server knows and somebody else removed is answered 200 with an error
   * text. Off, the answer is 404.
   */
  STALE_NAMES,
  /**
   * The server appends the text of a read error to the body that it is sending. Off, such an error
   * cuts the connection, and the server makes up no errors.
   */
  SEND_ERRORS,
  /**
   * The server carries out a request whose client gave up. Off, the server notices after the
   * latency and drops the request; a client that closes its sending side counts as gone.
   */
  ABANDONED_RUNS
}
