package dev.holdfast.scoreboard;

/**
 * How far a client had come that did not wait for the end of its answer: it closed the connection,
 * or it stopped sending or receiving until nginx's time-out.
 *
 * @param bytes of its request that had come, or of the answer that had been handed to the kernel,
 *     with headers; 0 while it waited
 * @param bytesWhole of the whole body that was announced; 0 if that is not known
 */
record GaveUp(Stage stage, long bytes, long bytesWhole) {
  /** How far a request had come. */
  enum Stage {
    /** Its request had not come whole: an upload that broke off. */
    SENDING,
    /** Its request had come, and nothing of the answer had been sent. */
    WAITING,
    /** A part of the answer had been sent. */
    RECEIVING
  }

  /** How much of the whole it was, 0 to 100; −1 if that is not known. */
  int percent() {
    return bytesWhole == 0 ? -1 : (int) (100 * Math.min(1.0, (double) bytes / bytesWhole));
  }
}
