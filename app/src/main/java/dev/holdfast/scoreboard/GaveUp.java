package dev.holdfast.scoreboard;

/**
 * The progress of a client that gave up on its request. It closed the connection, or it stopped
 * sending or receiving until nginx's time-out.
 *
 * @param bytes the bytes of its request that had come, or the bytes of the answer that the kernel
 *     had taken, headers included; 0 while it waited
 * @param bytesWhole the bytes of the whole announced body; 0 if that is not known
 */
record GaveUp(Stage stage, long bytes, long bytesWhole) {
  /** How far a request had come. */
  enum Stage {
    /** The request had not come whole: an upload that broke off. */
    SENDING,
    /** The request had come, and nothing of the answer had been sent. */
    WAITING,
    /** A part of the answer had been sent. */
    RECEIVING
  }

  /** Returns how much of the whole it was, 0 to 100; −1 if that is not known. */
  int percent() {
    return bytesWhole == 0 ? -1 : (int) (100 * Math.min(1.0, (double) bytes / bytesWhole));
  }
}
